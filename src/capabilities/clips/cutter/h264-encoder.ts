import {
  AV_CODEC_FLAG_CLOSED_GOP,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
} from 'node-av/constants'
import { Codec, CodecContext, type CodecParameters, Rational } from 'node-av/lib'
import type { TimeBase } from './cut-plan.ts'
import { readSps } from './h264-parameter-sets.ts'
import { check } from './libav.ts'
import type { Nal } from './h264-nal.ts'

export type EncoderSource = { parameters: CodecParameters; timeBase: TimeBase; frameRate: Rational }

/**
 * An encoder whose pictures can stand beside those of the source in one track: same size, profile, level and colours,
 * its parameter sets under an id that the source does not use, and no reordering, so that any decoding times fit.
 */
export function openEdgeEncoder(source: EncoderSource, sourceSps: Nal, parameterSetId: number): CodecContext {
  const sps = readSps(sourceSps)
  const profile = sps.profile === 66 ? 'baseline' : sps.profile === 77 ? 'main' : 'high'
  const encoder = prepare(source, source.parameters.width, source.parameters.height)
  encoder.level = sps.level
  encoder.maxBFrames = 0
  // Pictures here end after one group at most, so one key picture is enough.
  encoder.gopSize = 100_000
  return open(encoder, {
    preset: 'veryfast',
    crf: '17',
    profile,
    'x264-params': `sps-id=${parameterSetId}:scenecut=0:open-gop=0:stitchable=1`,
  })
}

/** An encoder for a whole clip: a key picture every two seconds or so, B-frames, good quality. */
export function openWholeEncoder(source: EncoderSource, width: number, height: number): CodecContext {
  const encoder = prepare(source, width, height)
  const fps = source.frameRate.den > 0 ? source.frameRate.num / source.frameRate.den : 30
  encoder.gopSize = Math.max(1, Math.round((Number.isFinite(fps) ? fps : 30) * 2))
  return open(encoder, { preset: 'veryfast', crf: '19', profile: 'high' })
}

/**
 * An encoder for parts that are fitted to stand beside others in one track: its own parameter set id, a key picture
 * every two seconds, no reordering. All its instances with the same settings write the same parameter sets.
 */
export function openPartEncoder(
  source: EncoderSource,
  size: { width: number; height: number },
  parameterSetId: number,
): CodecContext {
  const encoder = prepare(source, size.width, size.height)
  encoder.maxBFrames = 0
  encoder.gopSize = Math.max(1, Math.round((source.frameRate.num / source.frameRate.den) * 2) || 60)
  return open(encoder, {
    preset: 'veryfast',
    crf: '18',
    profile: 'high',
    'x264-params': `sps-id=${parameterSetId}:open-gop=0:stitchable=1`,
  })
}

function prepare(source: EncoderSource, width: number, height: number): CodecContext {
  const { parameters } = source
  const encoder = new CodecContext()
  encoder.allocContext3(x264())
  encoder.width = width
  encoder.height = height
  encoder.pixelFormat = parameters.format === AV_PIX_FMT_YUVJ420P ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P
  encoder.timeBase = new Rational(source.timeBase.num, source.timeBase.den)
  if (source.frameRate.num > 0) encoder.framerate = source.frameRate
  encoder.sampleAspectRatio = parameters.sampleAspectRatio
  encoder.colorRange = parameters.colorRange
  encoder.colorPrimaries = parameters.colorPrimaries
  encoder.colorTrc = parameters.colorTrc
  encoder.colorSpace = parameters.colorSpace
  encoder.chromaLocation = parameters.chromaLocation
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_CLOSED_GOP)
  return encoder
}

function open(encoder: CodecContext, options: Record<string, string>): CodecContext {
  // Set one by one: a dictionary given to open2 is freed twice by node-av 6.1.
  for (const [name, value] of Object.entries(options))
    check(encoder.setOption(name, value), `Setting ${name} of x264`)
  check(encoder.open2Sync(x264(), null), 'Opening the H.264 encoder')
  return encoder
}

function x264(): Codec {
  const codec = Codec.findEncoderByName('libx264' as Parameters<typeof Codec.findEncoderByName>[0])
  if (!codec) throw new TypeError('This build of the media library has no libx264')
  return codec
}
