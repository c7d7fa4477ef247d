import { platformLimits } from '../platform-limits.ts'
import type { Probe } from '../probe.ts'
import { type MediaDeps, probeMedia } from '../probe-media.ts'
import { renditionErrors } from './errors.ts'
import { framesPerSecond, isSameRate } from './frame-rates.ts'
import type { Prepared } from './prepare-rendition.ts'
import type { Preset } from './presets.ts'

/** Reads a written rendition back and compares it with what was meant. Fails with `renditions.badFile` or `tooLarge`. */
export async function checkRendition(
  deps: MediaDeps,
  input: { path: string; source: Probe; preset: Preset; prepared: Prepared; signal?: AbortSignal },
): Promise<Probe> {
  const { preset, prepared, source } = input
  const made = await probeMedia(deps, input)
  const video = made.video[0]
  if (!video) throw renditionErrors.badFile('The rendition has no picture.')
  const { size, conformTo, frameRate } = prepared.choice
  if (video.width !== size.width || video.height !== size.height || video.rotation !== 0) {
    throw renditionErrors.badFile(
      `The rendition is ${video.width} × ${video.height}, not ${size.width} × ${size.height}.`,
    )
  }
  if (made.hasAudio !== source.hasAudio) throw renditionErrors.badFile('The rendition lost its sound.')
  const frameMs = 1000 / framesPerSecond(frameRate)
  const toleranceMs = Math.max(120, 3 * frameMs, source.durationMs * 0.002)
  if (Math.abs(made.durationMs - source.durationMs) > toleranceMs) {
    throw renditionErrors.badFile(
      `The rendition lasts ${made.durationMs} ms, the recording ${source.durationMs} ms.`,
    )
  }
  if (conformTo && !isSameRate(video.frameRate, conformTo)) {
    throw renditionErrors.badFile('The rendition has another frame rate than was meant.')
  }
  const frames = conformTo
    ? Math.round((source.durationMs * conformTo.num) / (conformTo.den * 1000))
    : source.video[0]!.frames
  if (Math.abs(video.frames - frames) > Math.max(3, frames * 0.005)) {
    throw renditionErrors.badFile(`The rendition has ${video.frames} frames, and ${frames} were expected.`)
  }
  assertSize(made, preset)
  return made
}

function assertSize(made: Probe, preset: Preset): void {
  if (preset.kind === 'editing') return
  const { maxBytes = Number.POSITIVE_INFINITY } = platformLimits(preset.destination)
  if (made.sizeBytes <= maxBytes) return
  throw renditionErrors.tooLarge(
    `The rendition is ${Math.round(made.sizeBytes / 1e6)} MB, and ${preset.title} takes ${Math.round(maxBytes / 1e6)} MB.`,
    { detail: { sizeBytes: made.sizeBytes, maxBytes } },
  )
}
