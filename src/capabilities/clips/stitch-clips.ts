import { mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { runMediaChild } from '../../platform/ffmpeg/child.ts'
import { assertRange } from './clip.ts'
import { clipErrors } from './errors.ts'
import type { StitchJob, StitchReceipt, StitchResult } from './stitch/stitch-job.ts'

const entry = new URL('./stitch/child.ts', import.meta.url)

export const mostParts = 1_000

export type StitchClips = {
  /** In the order of the new file; ranges half-open, in milliseconds. */
  parts: { sourcePath: string; startMs: number; endMs: number }[]
  /** An MP4 file; replaced if it exists, but only by a finished one. */
  outPath: string
  signal?: AbortSignal
  onProgress?: (percent: number) => void
  /** See `runMediaChild`. */
  stallMs?: number
  nice?: number
}

/**
 * Joins ranges of one or several files into one file, in a process of its own. The first part decides size, frame
 * rate and pixel format: parts that agree with it are copied but for their edges, the others are encoded to fit. Sound is
 * encoded once. Intermediate files lie beside the result and are gone in the end, whatever happens.
 *
 * Fails with a row of `clips` or `ffmpeg`, or the signal's reason.
 */
export async function stitchClips(input: StitchClips): Promise<StitchReceipt> {
  const { parts, outPath, signal } = input
  if (parts.length === 0) throw clipErrors.badList('There is nothing to stitch.')
  if (parts.length > mostParts) throw clipErrors.badList(`The list has ${parts.length} parts.`)
  for (const part of parts) assertRange(part)
  const workDir = await mkdtemp(join(dirname(outPath), `.${basename(outPath)}-`))
  try {
    const partial = join(workDir, 'stitched.mp4')
    const { result, cpuMs } = await runMediaChild<StitchJob, StitchResult>({
      entry,
      job: { parts, outPath: partial, workDir },
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
    await rm(workDir, { recursive: true, force: true })
  }
}
