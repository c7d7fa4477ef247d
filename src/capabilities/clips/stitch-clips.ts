import { mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { runMediaChild } from '../../platform/ffmpeg/child.ts'
import { assertRange } from './clip.ts'
import { clipErrors } from './errors.ts'
import type { LoudnessWish } from './stitch/conform-loudness.ts'
import type { StitchJob, StitchReceipt, StitchResult } from './stitch/stitch-job.ts'

const entry = new URL('./stitch/child.ts', import.meta.url)

export const mostParts = 1_000
export const mostFadeMs = 5_000

export type StitchClips = {
  /** In the order of the new file; ranges half-open, in milliseconds. */
  parts: { sourcePath: string; label?: string; startMs: number; endMs: number }[]
  /** An MP4 file; replaced if it exists, but only by a finished one. */
  outPath: string
  /** How long each part fades into the next, at most half of the shorter one. Default 0: plain cuts. */
  fadeMs?: number
  /** Bring the parts to the loudness of the first ("match", default), to so many LUFS, or leave them ("keep"). */
  loudness?: LoudnessWish
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
  assertOptions(input)
  for (const part of parts) if (part.endMs !== Number.POSITIVE_INFINITY) assertRange(part)
  const workDir = await mkdtemp(join(dirname(outPath), `.${basename(outPath)}-`))
  try {
    const partial = join(workDir, 'stitched.mp4')
    const { result, cpuMs } = await runMediaChild<StitchJob, StitchResult>({
      entry,
      job: { parts, outPath: partial, workDir, fadeMs: input.fadeMs, loudness: input.loudness ?? 'match' },
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

function assertOptions({ fadeMs = 0, loudness = 'match' }: StitchClips): void {
  if (!(fadeMs >= 0 && fadeMs <= mostFadeMs)) {
    throw clipErrors.badOption(`A fade lasts 0 to ${mostFadeMs / 1000} seconds.`)
  }
  if (loudness === 'match' || loudness === 'keep') return
  if (!(loudness >= -40 && loudness <= -5)) throw clipErrors.badOption('Loudness goes from -40 to -5 LUFS.')
}
