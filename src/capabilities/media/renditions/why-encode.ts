import type { PacketsResult } from '../../../platform/ffmpeg/plan.ts'
import { type PlatformLimits, platformLimits, uploadBitRate } from '../platform-limits.ts'
import type { Probe } from '../probe.ts'
import type { PictureChoice } from './choose-picture.ts'
import { framesPerSecond } from './frame-rates.ts'
import { type MeasuredLoudness, isAtTarget } from './loudness-plan.ts'
import type { DeliveryPreset } from './presets.ts'

/** How far above the advised bit rate a source may be and still be sent as it is. */
const bitRateSlack = 2
/** MP4 adds an index, and bit rates in headers are averages. */
const sizeSlack = 1.02

/**
 * Why the picture of a source cannot be sent as it is, by what its header says; undefined when its packets are worth
 * a look.
 */
export function whyEncodePicture(
  probe: Probe,
  preset: DeliveryPreset,
  picture: PictureChoice,
): string | undefined {
  const video = probe.video[0]!
  const limits = platformLimits(preset.destination)
  if (video.codec !== 'h264') return `the video is ${video.codec}, not H.264`
  if (video.pixelFormat !== 'yuv420p') return `the pixel format is ${video.pixelFormat}`
  if (video.dynamicRange !== 'sdr') return 'the picture is high dynamic range'
  if (video.rotation !== 0) return 'the picture is stored turned'
  if (picture.surround !== 'none') return 'the picture has another shape'
  const { width, height } = picture.size
  if (video.codedWidth !== width || video.codedHeight !== height) {
    return `the picture is ${video.codedWidth} × ${video.codedHeight}, not ${width} × ${height} with square pixels`
  }
  if (picture.conformTo) return 'its frames come at uneven times or at a rate that is not taken'
  const most = Math.min(
    limits.maxVideoBitRate ?? Number.POSITIVE_INFINITY,
    advisedBitRate(picture) * bitRateSlack,
  )
  if (video.bitRate > most) return `its ${Math.round(video.bitRate / 1000)} kbit/s are more than needed`
  if (probe.sizeBytes * sizeSlack > (limits.maxBytes ?? Number.POSITIVE_INFINITY))
    return 'the file is too large'
  return undefined
}

/** The same question about packets: groups of pictures must be closed and begin with a picture of their own. */
export function whyEncodePackets(all: PacketsResult, idr: PacketsResult): string | undefined {
  if (!all.isKey[0]) return 'it does not begin with a key frame'
  const keys = all.isKey.filter(Boolean).length
  return idr.ptsMs.length < keys ? 'some groups of pictures are open' : undefined
}

/** Why the sound of a source cannot be sent as it is. */
export function whyEncodeSound(
  probe: Probe,
  preset: DeliveryPreset,
  measured: MeasuredLoudness,
): string | undefined {
  const audio = probe.audio[0]!
  const limits: PlatformLimits = platformLimits(preset.destination)
  if (audio.codec !== 'aac') return `the sound is ${audio.codec}, not AAC`
  if (audio.channels > 2) return `the sound has ${audio.channels} channels`
  const { maxAudioSampleRate = 48_000, maxAudioBitRate = Number.POSITIVE_INFINITY } = limits
  if (audio.sampleRate > maxAudioSampleRate || audio.sampleRate < 44_100) {
    return `the sound has ${audio.sampleRate} samples a second`
  }
  if (audio.bitRate > maxAudioBitRate * 1.1) return 'the sound has too many bits'
  if (!isAtTarget(measured, preset.targetLufs)) {
    return `the sound is at ${measured.integratedLufs} LUFS with peaks of ${measured.truePeakDb} dBTP`
  }
  return undefined
}

/** What an upload of this size and rate should have to spend. */
export function advisedBitRate(picture: Pick<PictureChoice, 'size' | 'frameRate'>): number {
  return uploadBitRate(Math.min(picture.size.width, picture.size.height), framesPerSecond(picture.frameRate))
}
