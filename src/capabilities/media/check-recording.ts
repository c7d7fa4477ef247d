import { formatDuration } from '../../kernel/time.ts'
import { mediaErrors } from './errors.ts'
import type { Probe } from './probe.ts'

const longestMs = 24 * 60 * 60 * 1000
const sidePixels = { least: 16, most: 8192 }

/**
 * Refuses a file that the main job cannot turn into a package, each fault with its own failure.
 * Rotation, uneven frame times, HDR, odd sizes, many tracks and low frame rates are fine.
 */
export function checkRecording(probe: Probe): void {
  if (!probe.hasVideo && !probe.hasAudio)
    throw mediaErrors.notMedia('The file has neither picture nor sound.')
  if (!probe.hasVideo) throw mediaErrors.noVideo('The file has no video track.')
  const video = probe.video[0]!
  if (video.codec === 'unknown' || video.codec === 'none') {
    throw mediaErrors.unsupportedCodec('The video is in a codec that is not known here.')
  }
  if (probe.integrity === 'truncated') {
    throw mediaErrors.truncated(
      `The recording ends after ${formatDuration(probe.durationMs)}${declared(probe)}.`,
    )
  }
  if (probe.integrity === 'overstated') {
    throw mediaErrors.wrongDuration(
      `The recording has ${formatDuration(probe.durationMs)} of content${declared(probe)}.`,
    )
  }
  if (probe.durationMs <= 0) throw mediaErrors.zeroDuration('The recording is 0 seconds long.')
  if (probe.durationMs > longestMs) {
    throw mediaErrors.tooLong(`The recording is ${formatDuration(probe.durationMs)} long.`)
  }
  const sides = [probe.width, probe.height, video.codedWidth, video.codedHeight]
  if (sides.some((side) => side < sidePixels.least || side > sidePixels.most)) {
    throw mediaErrors.badDimensions(`The picture is ${probe.width} × ${probe.height} pixels.`)
  }
  if (!probe.hasAudio) throw mediaErrors.noAudio('The file has no audio track.')
}

function declared(probe: Probe): string {
  return probe.declaredDurationMs === undefined
    ? ''
    : `, but the file says ${formatDuration(probe.declaredDurationMs)}`
}
