import {
  AV_FRAME_FLAG_INTERLACED,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_SMPTE2084,
  AVCOL_PRI_BT709,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  AVCOL_RANGE_MPEG,
} from 'node-av/constants'
import { CodecParameters, type Frame, type Packet, Rational } from 'node-av/lib'
import type { ClipVideo, EmitVideo } from './clip-video.ts'
import { type TickRange, isPastEnd, isWanted } from './cut-plan.ts'
import { type Fingerprint, fingerprint } from './fingerprint.ts'
import { openWholeEncoder } from './h264-encoder.ts'
import { check, encode } from './libav.ts'
import { openPictureConversion } from './picture-conversion.ts'
import { openPictureDecoder } from './picture-decoder.ts'
import type { PictureShape } from '../reframe/shape-picture.ts'
import type { Source } from './source.ts'

/** Frames at the start and the end whose looks are kept for the check. */
const comparedFrames = 4

/** Pictures of a clip that is encoded as a whole: any codec in, H.264 out, the source's own times carried. */
export function openWhole(source: Source, range: TickRange, shape?: PictureShape): ClipVideo {
  const decoder = openPictureDecoder(source)
  const conversion = shape ?? openPictureConversion(source.timeBase)
  const { codecpar } = source.video
  const encoder = openWholeEncoder(
    {
      parameters: shape ? square(toneMapped(codecpar)) : toneMapped(codecpar),
      timeBase: source.timeBase,
      frameRate: source.video.avgFrameRate,
    },
    shape?.width ?? codecpar.width & ~1,
    shape?.height ?? codecpar.height & ~1,
  )
  const parameters = new CodecParameters()
  parameters.alloc()
  check(parameters.fromContext(encoder), 'Describing the pictures')
  // Another shape has the turn in its pictures already.
  const matrix = shape ? null : codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)
  if (matrix) parameters.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, matrix)

  const fingerprints = new Map<number, Fingerprint>()
  const durations = new Map<number, number>()
  let requested = 0
  let decoded = 0
  let lastPts = Number.NEGATIVE_INFINITY
  let hasUntimed = false

  const onPacket = (emit: EmitVideo) => (packet: Packet) => {
    const pts = Number(packet.pts)
    packet.duration = BigInt(durations.get(pts) ?? Number(packet.duration))
    emit(packet, { pts, durationTicks: Number(packet.duration), isCopied: false })
  }
  const onPicture = (emit: EmitVideo) => (frame: Frame, pts: number) => {
    if (pts < range.start || pts >= range.end || pts <= lastPts) return
    lastPts = pts
    decoded++
    const isCompared = decoded <= comparedFrames
    if (isCompared && !shape && isComparable(frame)) fingerprints.set(pts, fingerprint(frame))
    frame.pts = BigInt(pts)
    conversion.push(frame, (converted) => {
      if (isCompared && shape) fingerprints.set(pts, fingerprint(converted))
      encode(encoder, converted, onPacket(emit))
    })
  }
  return {
    parameters,
    timeBase: source.timeBase,
    fingerprints,
    requestedFrames: () => (hasUntimed ? decoded : requested),
    async push({ packet, facts, isReference }, emit) {
      if (facts.pts === undefined) hasUntimed = true
      const wanted = isWanted(facts, range)
      if (wanted) requested++
      const isPast = isPastEnd(facts, range)
      if (facts.pts !== undefined && wanted) durations.set(facts.pts, Number(packet.duration))
      if (!isPast && (wanted || isReference)) decoder.push(packet, onPicture(emit))
      packet.free()
      return !isPast
    },
    async finish(emit) {
      decoder.push(null, onPicture(emit))
      encode(encoder, null, onPacket(emit))
      decoder.close()
      encoder.freeContext()
    },
  }
}

/** Only plain pictures can be compared by brightness; converted ones differ on purpose. */
function isComparable(frame: Frame): boolean {
  const isPlain = frame.format === AV_PIX_FMT_YUV420P || frame.format === AV_PIX_FMT_YUVJ420P
  return isPlain && !frame.hasFlags(AV_FRAME_FLAG_INTERLACED)
}

/** These parameters with square pixels. */
function square(parameters: CodecParameters): CodecParameters {
  parameters.sampleAspectRatio = new Rational(1, 1)
  return parameters
}

function isHdr(parameters: CodecParameters): boolean {
  return parameters.colorTrc === AVCOL_TRC_SMPTE2084 || parameters.colorTrc === AVCOL_TRC_ARIB_STD_B67
}

/** These parameters after high dynamic range was mapped to the normal one. */
export function toneMapped(parameters: CodecParameters): CodecParameters {
  const copy = new CodecParameters()
  copy.alloc()
  parameters.copy(copy)
  if (!isHdr(parameters)) return copy
  copy.colorTrc = AVCOL_TRC_BT709
  copy.colorPrimaries = AVCOL_PRI_BT709
  copy.colorSpace = AVCOL_SPC_BT709
  copy.colorRange = AVCOL_RANGE_MPEG
  return copy
}
