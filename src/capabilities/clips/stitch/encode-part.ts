import type { CodecContext, Frame, Packet } from 'node-av/lib'
import { AV_PIX_FMT_YUVJ420P } from 'node-av/constants'
import { clipErrors } from '../errors.ts'
import { encode } from '../cutter/libav.ts'
import { openPictureDecoder } from '../cutter/picture-decoder.ts'
import type { Source, SourcePacket } from '../cutter/source.ts'
import { openFit } from './fit-picture.ts'
import { framesIn, isSameRate } from './frame-rate.ts'
import { type ScannedPart, lengthMs } from './scan-part.ts'
import { type Target, convertTicks, turnOf } from './target.ts'

/** Takes a finished packet; its time counts from the part's start, on the target's clock. */
export type EmitPart = (packet: Packet, pts: number, durationTicks: number) => void

export type PartEncoding = {
  /** Takes a packet of the pictures; does not keep it. */
  push(packet: SourcePacket): void
  finish(): void
}

/** When each frame of an encoded part is shown, and for how long, in ticks of the target's clock from its start. */
export function plannedTimes(part: ScannedPart, target: Target): { at: number; durationTicks: number }[] {
  const zero = part.pts[0]!
  const { clock, rate } = target
  const at = (index: number) => Math.round((index * rate.den * clock.den) / (rate.num * clock.num))
  const starts = isSameRate(part.rate, target.rate)
    ? [...part.pts, part.endTicks].map((pts) => convertTicks(pts - zero, part.timeBase, clock))
    : Array.from({ length: framesIn(lengthMs(part), rate) + 1 }, (_, index) => at(index))
  return starts.slice(0, -1).map((start, index) => ({ at: start, durationTicks: starts[index + 1]! - start }))
}

/** Encodes a part so that it fits beside the others: size, shape, turn, pixel format and rate of the target. */
export function openPartEncoding(
  source: Source,
  part: ScannedPart,
  target: Target,
  encoder: CodecContext,
  emit: EmitPart,
  mix?: MixPicture,
): PartEncoding {
  const durations = new Map(plannedTimes(part, target).map(({ at, durationTicks }) => [at, durationTicks]))
  const onPacket = (packet: Packet) => {
    const pts = Number(packet.pts)
    emit(packet, pts, durations.get(pts) ?? 0)
  }
  const pictures = openPartPictures(source, part, target, (frame, index) => {
    mix?.(frame, index)
    encode(encoder, frame, onPacket)
  })
  return {
    push: pictures.push,
    finish() {
      pictures.finish()
      encode(encoder, null, onPacket)
      encoder.freeContext()
    },
  }
}

/** Changes a fitted picture in place; `index` counts the pictures of the part. */
export type MixPicture = (frame: Frame, index: number) => void

/** Decodes a part and fits its pictures, at the target's rate; `onPicture` must not keep the frame. */
export function openPartPictures(
  source: Source,
  part: ScannedPart,
  target: Target,
  onFitted: MixPicture,
): PartEncoding {
  const decoder = openPictureDecoder(source)
  const times = plannedTimes(part, target)
  const isSame = isSameRate(part.rate, target.rate)
  const { sampleAspectRatio, format } = target.picture
  const isPlain = target.matrix !== null || turnOf(part.matrix) === 0
  const fit = openFit(
    {
      width: target.width,
      height: target.height,
      pixelFormat: format === AV_PIX_FMT_YUVJ420P ? 'yuvj420p' : 'yuv420p',
      pixelAspect: { num: sampleAspectRatio.num || 1, den: sampleAspectRatio.den || 1 },
      turn: isPlain ? 0 : turnOf(part.matrix),
    },
    target.clock,
  )
  let given = 0
  let decoded = 0
  let lastPts = Number.NEGATIVE_INFINITY
  let shown: { frame: Frame } | undefined

  const give = (frame: Frame) => {
    const copy = frame.clone()!
    copy.pts = BigInt(times[given]!.at)
    const index = given++
    fit(copy, (fitted) => onFitted(fitted, index))
    copy.free()
  }
  /** Shows the frame that was there until this time as often as the target's rate asks for. */
  const giveUntil = (ticks: number) => {
    if (!shown) return
    const { frame } = shown
    while (given < times.length && times[given]!.at < ticks) give(frame)
  }
  const onPicture = (frame: Frame, pts: number) => {
    if (pts < part.range.start || pts >= part.range.end || pts <= lastPts) return
    lastPts = pts
    decoded++
    if (isSame) {
      if (given < times.length) give(frame)
      return
    }
    const atTicks = convertTicks(pts - part.pts[0]!, part.timeBase, target.clock)
    giveUntil(atTicks)
    shown?.frame.free()
    shown = { frame: frame.clone()! }
  }
  return {
    push({ packet, facts, isReference }) {
      const isWanted = facts.pts !== undefined && facts.pts >= part.range.start && facts.pts < part.range.end
      if (isReference || isWanted) decoder.push(packet, onPicture)
    },
    finish() {
      decoder.push(null, onPicture)
      giveUntil(Number.POSITIVE_INFINITY)
      decoder.close()
      shown?.frame.free()
      if (decoded === part.pts.length) return
      throw clipErrors.damaged(`Only ${decoded} of ${part.pts.length} frames could be decoded.`)
    },
  }
}
