import { runMediaChild } from '../../../platform/ffmpeg/child.ts'

const entry = new URL('./assemble-child.ts', import.meta.url)

export type AssembleJob = {
  scenes: { path: string; frames: number }[]
  /** An MP4 file with AAC sound. */
  soundPath: string
  frameRate: number
  outPath: string
}

export type AssembleResult = { frames: number }

/**
 * Joins drawn scenes and sound into one MP4 by copying: no frame is encoded again. Checks that every scene has the
 * frames it should. Fails with a row of `ffmpeg`.
 */
export async function assembleVideo(
  job: AssembleJob,
  options: { signal?: AbortSignal; nice?: number } = {},
): Promise<AssembleResult & { cpuMs: number }> {
  const { result, cpuMs } = await runMediaChild<AssembleJob, AssembleResult>({ entry, job, ...options })
  return { ...result, cpuMs }
}
