import { rename, rm } from 'node:fs/promises'
import { runMediaChild } from '../../platform/ffmpeg/child.ts'
import { assertRange } from './clip.ts'
import { assertReframe, type Reframe } from './reframe/reframe.ts'
import type { CutMode } from './cutter/cut-plan.ts'
import type { CutJob, CutResult, Receipt } from './cutter/receipt.ts'

const entry = new URL('./cutter/child.ts', import.meta.url)

export type CutClip = {
  sourcePath: string
  /** Half-open, in milliseconds: frames that start at `startMs` or later and before `endMs`. */
  startMs: number
  endMs: number
  /** An MP4 file; replaced if it exists, but only by a finished clip. */
  outPath: string
  /**
   * `exact` (default) gives just the frames asked for and copies all it can; `copy` moves the start to the nearest
   * keyframe and encodes nothing; `encode` encodes all.
   */
  mode?: CutMode
  /** Encode the sound even where it could be copied. */
  encodeAudio?: boolean
  /** Another shape; a path that is not given is found. Where the window was is in the receipt. */
  reframe?: Reframe
  signal?: AbortSignal
  onProgress?: (percent: number) => void
  /** See `runMediaChild`. */
  stallMs?: number
  nice?: number
}

/**
 * Cuts a clip out of a file, in a process of its own. The receipt tells what was measured on the finished file; a
 * clip that does not pass its checks is made again by encoding, and if that fails too nothing is left behind.
 *
 * Fails with a row of `clips`, `ffmpeg.unreadable`, `ffmpeg.stalled` or `ffmpeg.crashed`, or the signal's reason.
 */
export async function cutClip(input: CutClip): Promise<Receipt> {
  assertRange(input)
  const { sourcePath, startMs, endMs, outPath, mode = 'exact', encodeAudio, reframe, signal } = input
  if (reframe) assertReframe({ mode, reframe })
  const partial = `${outPath}.part`
  try {
    const { result, cpuMs } = await runMediaChild<CutJob, CutResult>({
      entry,
      job: { sourcePath, outPath: partial, startMs, endMs, mode, encodeAudio, reframe },
      signal,
      stallMs: input.stallMs,
      nice: input.nice,
      onProgress: ({ percent }) => {
        if (percent !== undefined) input.onProgress?.(percent)
      },
    })
    await rename(partial, outPath)
    return { ...result, out: outPath, cpuMs }
  } finally {
    await rm(partial, { force: true })
  }
}
