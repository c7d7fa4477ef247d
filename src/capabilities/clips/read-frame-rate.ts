import type { FrameRate } from '../../kernel/time.ts'
import { runMediaChild } from '../../platform/ffmpeg/child.ts'

const entry = new URL('./cutter/frame-rate-child.ts', import.meta.url)

/** The average frame rate of a file's pictures. Fails with `clips.noVideo` or `ffmpeg.unreadable`. */
export async function readFrameRate(path: string, signal?: AbortSignal): Promise<FrameRate> {
  const { result } = await runMediaChild<string, FrameRate>({ entry, job: path, signal, nice: 0 })
  return result
}

/** Whether a time counts frames of the source, as `375f` and timecodes do. */
export function countsFrames(time: string): boolean {
  return /^\d+f$/.test(time.trim()) || /^\d+:\d+:\d+[:;]\d+$/.test(time.trim())
}

/** Frame numbers and timecodes count frames of the source; plain times do not need to look into it. */
export async function frameRateIfNeeded(
  path: string,
  times: string[],
  signal?: AbortSignal,
): Promise<FrameRate | undefined> {
  return times.some(countsFrames) ? readFrameRate(path, signal) : undefined
}
