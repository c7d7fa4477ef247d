import { AV_CODEC_ID_AAC, AV_PKT_FLAG_DISCARD, AV_PROFILE_AAC_LOW } from 'node-av/constants'
import { Codec, CodecContext, type CodecParameters, type Packet, Rational, type Stream } from 'node-av/lib'
import type { TickRange, TimeBase } from './cut-plan.ts'
import { openAudioEncoding } from './audio-encoding.ts'
import { check, decode, ticks } from './libav.ts'

/** One sound track of the clip on its way from the source. Packets given to `emit` count from the clip's zero. */
export type AudioTrack = {
  kind: 'copied' | 'encoded'
  parameters: CodecParameters
  /** Clock of the packets that come out. */
  timeBase: TimeBase
  language: string | undefined
  /** Takes one packet of the source (not kept). Returns false once nothing later can be wanted. */
  push(packet: Packet, emit: (packet: Packet) => void): boolean
  finish(emit: (packet: Packet) => void): void
}

export type AudioWish = {
  /** Start of the first frame and end of the clip, on the clock of the pictures. */
  range: TickRange
  clock: TimeBase
  encode: boolean
}

const samplesPerAacFrame = 1024

/** Copies AAC-LC, which every player takes, and encodes everything else to it. */
export function openAudioTrack(stream: Stream, wish: AudioWish): AudioTrack {
  const { codecpar } = stream
  const isPlainAac =
    codecpar.codecId === AV_CODEC_ID_AAC &&
    codecpar.profile === AV_PROFILE_AAC_LOW &&
    (codecpar.extradata?.length ?? 0) >= 2 &&
    // A clock coarser than a sample (MKV) would make the sound jitter.
    stream.timeBase.num === 1 &&
    stream.timeBase.den === codecpar.sampleRate
  return isPlainAac && !wish.encode ? copyTrack(stream, wish) : encodeTrack(stream, wish)
}

function convert(value: number, from: TimeBase, to: TimeBase): number {
  return Math.round((value * from.num * to.den) / (from.den * to.num))
}

/**
 * Whole packets, from one before the start on: a decoder needs it for the overlap. The muxer turns the times below
 * zero into an edit list, so that players begin on the exact sample.
 */
function copyTrack(stream: Stream, wish: AudioWish): AudioTrack {
  const timeBase = { num: stream.timeBase.num, den: stream.timeBase.den }
  const zero = convert(wish.range.start, wish.clock, timeBase)
  const end = convert(wish.range.end, wish.clock, timeBase)
  return {
    kind: 'copied',
    parameters: stream.codecpar,
    timeBase,
    language: stream.metadata?.get('language') ?? undefined,
    push(source, emit) {
      const pts = ticks(source.pts)
      if (pts === undefined) return true
      if (pts >= end) return false
      if (pts + 2 * samplesPerAacFrame <= zero) return true
      const packet = source.clone()
      if (!packet) return true
      packet.clearFlags(AV_PKT_FLAG_DISCARD)
      packet.pts = BigInt(pts - zero)
      packet.dts = packet.pts
      const duration = Number(packet.duration) || samplesPerAacFrame
      packet.duration = BigInt(Math.min(duration, end - pts))
      emit(packet)
      return true
    },
    finish() {},
  }
}

function encodeTrack(stream: Stream, wish: AudioWish): AudioTrack {
  const timeBase = { num: stream.timeBase.num, den: stream.timeBase.den }
  const decoder = openAudioDecoder(stream)
  const encoding = openAudioEncoding(stream.codecpar)
  const clock = { num: 1, den: stream.codecpar.sampleRate }
  const zero = convert(wish.range.start, wish.clock, clock)
  const end = convert(wish.range.end, wish.clock, clock)
  const endInSource = convert(wish.range.end, wish.clock, timeBase)
  // Three packets are enough for any decoder's overlap and delay.
  const skipBefore = convert(wish.range.start, wish.clock, timeBase) - convert(8192, clock, timeBase)
  const feed = (packet: Packet | null, emit: (packet: Packet) => void) => {
    decode(decoder, packet, (frame) => {
      const pts = ticks(frame.pts) ?? ticks(frame.bestEffortTimestamp)
      if (pts === undefined) return
      encoding.push(frame, convert(pts, timeBase, clock) - zero, end - zero, emit)
    })
  }
  return {
    kind: 'encoded',
    parameters: encoding.parameters,
    timeBase: encoding.timeBase,
    language: stream.metadata?.get('language') ?? undefined,
    push(packet, emit) {
      const pts = ticks(packet.pts)
      if (pts !== undefined && pts >= endInSource) return false
      if (pts === undefined || pts >= skipBefore) feed(packet, emit)
      return true
    },
    finish(emit) {
      feed(null, emit)
      encoding.finish(emit)
      decoder.freeContext()
    },
  }
}

export function openAudioDecoder(stream: Stream): CodecContext {
  const decoder = new CodecContext()
  const codec = Codec.findDecoder(stream.codecpar.codecId)
  decoder.allocContext3(codec)
  check(decoder.parametersToContext(stream.codecpar), 'Reading the sound')
  decoder.pktTimebase = new Rational(stream.timeBase.num, stream.timeBase.den)
  check(decoder.open2Sync(codec, null), 'Opening the decoder of the sound')
  return decoder
}
