import { AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants'
import { CodecParameters, type Frame, type Packet, Rational } from 'node-av/lib'
import { hold } from '../../../platform/ffmpeg/av-check.ts'
import type { MediaChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import { openAudioEncoding } from '../cutter/audio-encoding.ts'
import { buildAvcC, parseAvcConfig } from '../cutter/avc-config.ts'
import { CannotJoin, type WrittenFrame } from '../cutter/clip-video.ts'
import { type TimeBase, ticksToMs } from '../cutter/cut-plan.ts'
import { openPartEncoder } from '../cutter/h264-encoder.ts'
import { freeParameterSetId } from '../cutter/h264-parameter-sets.ts'
import { reframe } from '../cutter/join-video.ts'
import { check } from '../cutter/libav.ts'
import { createMp4 } from '../cutter/output-file.ts'
import { type Source, type SourcePacket, readPacket } from '../cutter/source.ts'
import { openPartEncoding, plannedTimes } from './encode-part.ts'
import { openFade } from './fade-parts.ts'
import { type PartSound, type SoundShape, openPartSound } from './part-sound.ts'
import type { CopiedPart, ParameterSets, PlannedPart } from './plan-parts.ts'
import { readPart } from './read-part.ts'
import { openPart } from './scan-part.ts'
import { type Target, convertTicks } from './target.ts'

/** The file as it was written: every frame with its time, and where each part begins. */
export type WrittenParts = { frames: WrittenFrame[]; firstFrames: number[]; hasSound: boolean }

/** A copied part whose packets do not fit behind the ones before; it has to be encoded. */
export class PartCannotJoin extends CannotJoin {
  readonly part: number
  constructor(part: number, message: string) {
    super(message)
    this.part = part
  }
}

/** Writes all parts into one file: one picture track, one sound track that is encoded once. */
export async function writeParts(
  outPath: string,
  parts: readonly PlannedPart[],
  sets: ParameterSets | undefined,
  target: Target,
  workDir: string,
  tools: MediaChildTools,
): Promise<WrittenParts> {
  const pictures = describePictures(parts, sets, target)
  const sound = target.sound && openAudioEncoding(target.sound.like)
  const tracks = [
    { parameters: pictures.parameters, timeBase: target.clock },
    ...(sound ? [{ parameters: sound.parameters, timeBase: sound.timeBase }] : []),
  ]
  const out = createMp4(outPath, tracks)
  const shape = target.sound && shapeOf(target)
  const total = parts.reduce((sum, part) => sum + partTicks(part, target), 0)
  const totalSamples = shape ? toSamples(total, target.clock, shape) : 0
  const delay = Math.max(
    0,
    ...parts.map((part) =>
      part.kind === 'copy' ? convertTicks(part.zero - part.firstDts, clockOf(part), target.clock) : 0,
    ),
  )
  const frames: WrittenFrame[] = []
  const firstFrames: number[] = []
  let at = 0
  let lastDts = Number.NEGATIVE_INFINITY
  let samplesGiven = 0
  const emitSound = (packet: Packet) => out.write(1, packet)

  for (const [index, part] of parts.entries()) {
    firstFrames.push(frames.length)
    const write = (packet: Packet, pts: number, dts: number, durationTicks: number, isCopied: boolean) => {
      const decodeAt = Math.max(lastDts + 1, at + dts - delay)
      if (decodeAt > at + pts)
        throw new PartCannotJoin(index, 'its decoding times do not fit behind the part before')
      lastDts = decodeAt
      packet.pts = BigInt(at + pts)
      packet.dts = BigInt(decodeAt)
      packet.duration = BigInt(durationTicks)
      frames.push({ pts: at + pts, durationTicks, isCopied })
      out.write(0, packet)
    }
    const source = openPart(part.scanned.job.sourcePath)
    const until = at + partTicks(part, target)
    const samples = shape ? toSamples(until, target.clock, shape) - samplesGiven : 0
    const fade = part.kind === 'fade' ? await openFade(part, target, { shape, samples, workDir }) : undefined
    const partSound = sound && shape && openSound(source, part, samples, fade?.mixSound)
    const video =
      part.kind === 'copy'
        ? openCopiedPart(part, target, (packet, pts, dts, ticks) => write(packet, pts, dts, ticks, true))
        : openPartEncoding(
            source,
            part.scanned,
            target,
            pictures.openEncoder(),
            (packet, pts, ticks) => {
              reframe(packet, pictures.lengthBytes)
              write(packet, pts, pts, ticks, false)
            },
            fade?.mixPicture,
          )
    await readPart(source, part.scanned, {
      onPicture: (packet) => video.push(packet),
      onSound: partSound && ((packet) => partSound.push(packet)),
      onShare: (share) =>
        tools.progress({ percent: Math.min(99, (100 * (at + share * (until - at))) / total) }),
    })
    video.finish()
    partSound?.finish()
    fade?.close()
    at = until
  }
  sound?.finish(emitSound)
  out.finish()
  // B-frames are written in decoding order; each part's frames stay together.
  return { frames: frames.sort((a, b) => a.pts - b.pts), firstFrames, hasSound: sound !== undefined }

  function openSound(
    source: Source,
    part: PlannedPart,
    samples: number,
    mix?: (frame: Frame) => void,
  ): PartSound {
    return openPartSound({
      stream: source.audio[0],
      zero: part.scanned.pts[0]!,
      clock: part.scanned.timeBase,
      samples,
      shape: shape!,
      gainDb: part.scanned.job.gainDb ?? 0,
      take(frame) {
        mix?.(frame)
        const count = frame.nbSamples
        sound!.push(frame, samplesGiven, totalSamples, emitSound)
        samplesGiven += count
      },
    })
  }
}

/** Length of a part in the new file. */
export function partTicks(part: PlannedPart, target: Target): number {
  const { scanned } = part
  if (part.kind === 'copy') {
    return convertTicks(scanned.endTicks - scanned.pts[0]!, scanned.timeBase, target.clock)
  }
  const last = plannedTimes(scanned, target).at(-1)!
  return last.at + last.durationTicks
}

function clockOf(part: CopiedPart): TimeBase {
  return part.scanned.timeBase
}

function shapeOf(target: Target): SoundShape {
  const { sampleRate, like } = target.sound!
  const mask = like.channelLayout.mask ? `0x${like.channelLayout.mask.toString(16)}` : ''
  const plain = like.channels === 1 ? 'mono' : 'stereo'
  return { sampleRate, layout: like.channels <= 8 && mask ? mask : plain }
}

function toSamples(at: number, clock: TimeBase, shape: SoundShape): number {
  return Math.round((ticksToMs(at, clock) * shape.sampleRate) / 1000)
}

function describePictures(parts: readonly PlannedPart[], sets: ParameterSets | undefined, target: Target) {
  const id = freeParameterSetId(sets?.sps ?? [], sets?.pps ?? [])
  if (id === undefined) throw new CannotJoin('its parameter sets use every id')
  const { picture, clock, rate, width, height } = target
  const openEncoder = () =>
    openPartEncoder(
      { parameters: picture, timeBase: clock, frameRate: new Rational(rate.num, rate.den) },
      { width, height },
      id,
    )
  const lengthBytes = sets?.lengthBytes ?? 4
  const parameters = hold(new CodecParameters())
  parameters.alloc()
  const copied = parts.find((part) => part.kind === 'copy')
  const isMixed = parts.some((part) => part.kind !== 'copy')
  const encoder = isMixed ? openEncoder() : undefined
  const own = encoder && parseAvcConfig(encoder.extraData)
  if (encoder && !own) throw new TypeError('The encoder gave no parameter sets')
  if (copied) check(openPart(copied.path).video.codecpar.copy(parameters), 'Describing the pictures')
  else check(parameters.fromContext(encoder!), 'Describing the pictures')
  if (!copied && target.matrix) parameters.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, target.matrix)
  parameters.extradata = buildAvcC({
    sps: [...(sets?.sps ?? []), ...(own?.sps ?? [])],
    pps: [...(sets?.pps ?? []), ...(own?.pps ?? [])],
    lengthBytes,
  })
  encoder?.freeContext()
  return { parameters, openEncoder, lengthBytes }
}

type PartPictures = { push(packet: SourcePacket): void; finish(): void }

/** Reads the part's own file along with the source, so that pictures and sound are written side by side. */
function openCopiedPart(
  part: CopiedPart,
  target: Target,
  emit: (packet: Packet, pts: number, dts: number, durationTicks: number) => void,
): PartPictures {
  const file = openPart(part.path)
  const scale = (ticks: number) =>
    convertTicks(ticks, { num: file.timeBase.num, den: file.timeBase.den }, target.clock)
  let next = readPacket(file)
  const emitWhile = (isDue: (dts: number) => boolean) => {
    for (let one = next; one && isDue(one.facts.dts! - part.zero); one = next) {
      const { packet, facts } = one
      emit(
        packet,
        scale(facts.pts! - part.zero),
        scale(facts.dts! - part.firstDts),
        scale(Number(packet.duration)),
      )
      next = readPacket(file)
    }
  }
  const start = part.scanned.pts[0]!
  return {
    push({ facts }) {
      if (facts.dts === undefined) return
      const shownMs = ticksToMs(facts.dts - start, part.scanned.timeBase)
      emitWhile((dts) => ticksToMs(dts, file.timeBase) <= shownMs)
    },
    finish() {
      emitWhile(() => true)
      file.format.closeInputSync()
    },
  }
}
