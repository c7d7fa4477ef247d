import type { FileStream, MediaPlan, PlanGraph } from '../../../platform/ffmpeg/plan.ts'
import { scaleFilter, toneMapFilters, uprightFilters } from '../picture.ts'
import type { Probe } from '../probe.ts'
import type { PictureChoice, Size } from './choose-picture.ts'
import { framesPerSecond } from './frame-rates.ts'
import { type LoudnessGain, gainFilters, stereoFilters } from './loudness-plan.ts'
import type { EditingPreset } from './presets.ts'

/** How a rendition is to be written. Where `picture` or `sound` is `copy`, the source's own packets are used. */
export type RenditionPlanInput = {
  probe: Probe
  path: string
  outPath: string
  picture:
    | 'copy'
    | { choice: PictureChoice; pixelFormat: string; encoder: string; options: Record<string, string> }
  sound: 'none' | 'copy' | SoundChoice
  muxer: 'mp4' | 'mov' | 'mxf'
}

export type SoundChoice = { encoder: string; bitRate?: number; gain?: LoudnessGain; keepsChannels: boolean }

/** One decode of the recording into one file. */
export function renditionPlan(input: RenditionPlanInput): MediaPlan {
  const { probe, picture, sound, muxer } = input
  const graphs: PlanGraph[] = []
  const streams: FileStream[] = []
  if (picture === 'copy') streams.push({ kind: 'copy', input: 0, stream: 'v:0' })
  else {
    // FFmpeg 5's program writes the turn of the source onto the output of a graph with just one input.
    const isTurned = probe.video[0]!.rotation !== 0
    const spare = isTurned ? [{ label: 'spare', input: 0, stream: 'v:0' }] : []
    graphs.push({
      media: 'video',
      sources: [{ label: 'picture', input: 0, stream: 'v:0' }, ...spare],
      filters: `[picture]${pictureFilters(probe, picture.choice, picture.pixelFormat)}[shown]${spare.length > 0 ? ';[spare]nullsink' : ''}`,
      sinks: ['shown'],
    })
    const { encoder, options } = picture
    const frameRate = picture.choice.conformTo
    streams.push({ kind: 'encode', from: 'shown', media: 'video', encoder, options, frameRate })
  }
  if (sound === 'copy') streams.push({ kind: 'copy', input: 0, stream: 'a:0' })
  else if (sound !== 'none') {
    graphs.push({
      media: 'audio',
      sources: [{ label: 'sound', input: 0, stream: 'a:0' }],
      filters: `[sound]${soundFilters(sound)}[heard]`,
      sinks: ['heard'],
    })
    const options: Record<string, string> = sound.bitRate ? { b: String(sound.bitRate) } : {}
    streams.push({ kind: 'encode', from: 'heard', media: 'audio', encoder: sound.encoder, options })
  }
  return {
    inputs: [{ path: input.path }],
    graphs,
    durationMs: probe.durationMs,
    outputs: [{ kind: 'file', path: input.outPath, muxer, muxerOptions: muxerOptions(muxer), streams }],
  }
}

/**
 * The filters from the source's picture to the one that is encoded. Also what the source goes through before the two
 * are compared.
 */
export function pictureFilters(probe: Probe, choice: PictureChoice, pixelFormat: string): string {
  const video = probe.video[0]!
  const { inner, size, surround, conformTo } = choice
  const isTurned = video.rotation === 90 || video.rotation === 270
  const coded = isTurned ? { width: inner.height, height: inner.width } : inner
  const steps = [
    // Before anything costly: frames that are left out are not scaled.
    ...(conformTo ? [`fps=${conformTo.num}/${conformTo.den}:start_time=0`] : []),
    scaleFilter(coded),
    ...toneMapFilters(video),
    ...uprightFilters(video.rotation),
    // Frames that stand upright must not say that they are turned.
    ...(video.rotation === 0 ? [] : ['sidedata=mode=delete:type=DISPLAYMATRIX']),
  ]
  const end = `format=${pixelFormat}${colourTags(probe, size)}`
  if (surround === 'blur') return `${steps.join(',')},${blurredSides(inner, size)},${end}`
  if (surround === 'black') {
    const { width, height } = size
    return [...steps, `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`, end].join(',')
  }
  return [...steps, end].join(',')
}

/** The picture before itself, enlarged and blurred. Blurred small, since nothing of it is sharp anyway. */
function blurredSides(inner: Size, size: Size): string {
  const small = `${Math.max(2, Math.round(size.width / 8))}:${Math.max(2, Math.round(size.height / 8))}`
  return [
    'split=2[back][front]',
    `[back]scale=${small}:force_original_aspect_ratio=increase,crop=${small},boxblur=4:2,eq=brightness=-0.08,scale=${size.width}:${size.height},setsar=1[blurred]`,
    `[blurred][front]overlay=${(size.width - inner.width) / 2}:${(size.height - inner.height) / 2}:shortest=1`,
  ].join(';')
}

/** High definition without a word about its colours is BT.709 everywhere; said aloud, no player has to guess. */
function colourTags(probe: Probe, size: Size): string {
  const isPlain = probe.video[0]!.dynamicRange === 'sdr'
  const isHd = Math.min(size.width, size.height) >= 720
  if (!isPlain) return ',setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709'
  return isHd ? ',setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709' : ''
}

function soundFilters(sound: SoundChoice): string {
  if (sound.keepsChannels) {
    return 'aresample=48000:async=1000,aformat=sample_fmts=s16:sample_rates=48000'
  }
  return [
    stereoFilters,
    ...(sound.gain ? gainFilters(sound.gain) : []),
    // AAC puts 1024 samples of its own before the sound. Without an edit list they would delay it, so as many of the
    // sound make room for them, and everything after is where it was.
    'atrim=start_sample=1024',
    'aformat=sample_fmts=fltp',
    'asetnsamples=n=1024:p=0',
  ].join(',')
}

/** MP4 with its index first and without edit lists, as YouTube and Instagram ask for. */
function muxerOptions(muxer: RenditionPlanInput['muxer']): Record<string, string> {
  if (muxer === 'mp4') return { movflags: '+faststart+negative_cts_offsets', use_editlist: '0' }
  return muxer === 'mov' ? { movflags: '+write_colr' } : {}
}

/** H.264 as YouTube asks for it: High, 2 B-frames, closed groups of half a second, within the bit rate. */
export function h264Options(
  choice: PictureChoice,
  wish: { maxBitRate: number; isBetter: boolean },
): Record<string, string> {
  return {
    preset: wish.isBetter ? 'medium' : 'veryfast',
    crf: wish.isBetter ? '13' : '18',
    maxrate: String(wish.maxBitRate),
    bufsize: String(wish.maxBitRate * 2),
    profile: 'high',
    bf: '2',
    g: String(Math.max(1, Math.round(framesPerSecond(choice.frameRate) / 2))),
    // Off in x264 already; written because platforms refuse open groups.
    'x264-params': 'open-gop=0',
  }
}

/** The encoder of an editing preset. DNxHD knows fixed bit rates only; those here are its middle quality. */
export function editingEncoder(
  preset: EditingPreset,
  choice: PictureChoice,
): { encoder: string; options: Record<string, string> } {
  if (preset.codec === 'prores') {
    return { encoder: 'prores_ks', options: { profile: preset.profile, vendor: 'apl0' } }
  }
  if (preset.codec === 'dnxhr') return { encoder: 'dnxhd', options: { profile: preset.profile } }
  return { encoder: 'dnxhd', options: { profile: 'dnxhd', b: String(dnxhdBitRate(choice)) } }
}

function dnxhdBitRate({ frameRate }: PictureChoice): number {
  const fps = framesPerSecond(frameRate)
  if (fps > 55) return 290_000_000
  if (fps > 45) return 240_000_000
  if (fps > 29) return 145_000_000
  return fps > 24.5 ? 120_000_000 : 115_000_000
}
