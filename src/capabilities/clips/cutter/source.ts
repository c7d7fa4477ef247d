import { readFileSync } from 'node:fs'
import {
  AVDISCARD_ALL,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
  AV_CODEC_ID_H264,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_PKT_FLAG_DISCARD,
} from 'node-av/constants'
import { FormatContext, Packet, type Stream } from 'node-av/lib'
import { ffmpegErrors } from '../../../platform/ffmpeg/errors.ts'
import { clipErrors } from '../errors.ts'
import { type AvcConfig, parseAvcConfig } from './avc-config.ts'
import { type PacketFacts, type TickRange, type TimeBase, msToTicks } from './cut-plan.ts'
import { type Nal, isReferenceNal, nalType, nalTypes, splitAnnexB, splitLengthPrefixed } from './h264-nal.ts'
import { check, ticks } from './libav.ts'

/** Containers that are one file. Playlists are left out: they would make the library fetch what they name. */
const formats =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,flv,asf,mxf,ogg,h264,hevc,ivf,nut,m4v,obu'

/** Frames before the start from which sound is read as well: a decoder needs the packet before the first one. */
const preRollMs = 60

/** How far before the start to look for a key packet, nearest first; the last one is the beginning of the file. */
const seekBackMs = [preRollMs, 2_000, 6_000, 15_000, 60_000, Number.POSITIVE_INFINITY]

export type Source = {
  format: FormatContext
  video: Stream
  audio: Stream[]
  timeBase: TimeBase
  /** Tick that a person calls zero. */
  originTicks: number
  /** Length of the file, when its container says so. */
  durationMs: number | undefined
  isH264: boolean
  avc: AvcConfig | undefined
}

/** Opens a file to cut from. Only the file itself is ever opened, whatever it contains. */
export function openSource(path: string): Source {
  const format = new FormatContext()
  format.allocContext()
  check(format.setOption('protocol_whitelist', 'file'), 'Preparing to open')
  check(format.setOption('format_whitelist', formats), 'Preparing to open')
  // The prefix keeps names such as "concat:a|b" from being taken for a protocol.
  const opened = format.openInputSync(`file:${path}`, null, null)
  if (opened < 0) throw ffmpegErrors.unreadable('The file cannot be opened as a recording.')
  check(format.findStreamInfoSync(null), 'Reading the streams')

  const streams = format.streams
  const video = streams.find(
    (stream) =>
      stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO &&
      (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) === 0 &&
      stream.codecpar.width > 0,
  )
  if (!video) throw clipErrors.noVideo('This recording has no picture.')
  const audio = streams.filter(
    (stream) => stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO && stream.codecpar.sampleRate > 0,
  )
  for (const stream of streams) {
    if (stream.index !== video.index && !audio.includes(stream)) stream.discard = AVDISCARD_ALL
  }
  const timeBase = { num: video.timeBase.num, den: video.timeBase.den }
  const isH264 = video.codecpar.codecId === AV_CODEC_ID_H264
  const durationUs = ticks(format.duration)
  return {
    format,
    video,
    audio,
    timeBase,
    originTicks: findOrigin(format, video, timeBase),
    durationMs: durationUs !== undefined && durationUs > 0 ? durationUs / 1000 : undefined,
    isH264,
    avc: isH264 ? parseAvcConfig(video.codecpar.extradata) : undefined,
  }
}

/** Starts that differ by less than this differ because of the codecs' delays, not on purpose. */
const codecDelayMs = 100

/**
 * Where a person's zero lies. MP4 and Matroska have a timeline that players show, so its zero unless the file begins
 * far from it; other containers begin anywhere, so the first frame, unless the sound begins long before it.
 */
function findOrigin(format: FormatContext, video: Stream, timeBase: TimeBase): number {
  const startUs = ticks(format.startTime)
  if (startUs === undefined) return 0
  const hasTimeline = /mp4|matroska/.test(format.iformat?.name ?? '')
  if (hasTimeline && Math.abs(startUs) <= codecDelayMs * 1000) return 0
  const startTicks = msToTicks(startUs / 1000, timeBase)
  const firstFrame = ticks(video.startTime)
  const isNear =
    firstFrame !== undefined && Math.abs(firstFrame - startTicks) <= msToTicks(codecDelayMs, timeBase)
  return isNear ? firstFrame : startTicks
}

/** A packet with the facts that planning needs. Whoever takes it frees it. */
export type SourcePacket = { streamIndex: number; packet: Packet; facts: PacketFacts; isReference: boolean }

/** Reads the next packet of a wanted stream; undefined at the end of the file. */
export function readPacket(source: Source): SourcePacket | undefined {
  for (;;) {
    const packet = new Packet()
    packet.alloc()
    if (source.format.readFrameSync(packet) < 0) {
      packet.free()
      return undefined
    }
    const { streamIndex } = packet
    if (streamIndex === source.video.index) return describeVideo(source, packet)
    if (source.audio.some((stream) => stream.index === streamIndex)) {
      const facts = { pts: ticks(packet.pts), dts: ticks(packet.dts), isKey: true, isIdr: false }
      return {
        streamIndex,
        packet,
        facts: { ...facts, isHidden: packet.hasFlags(AV_PKT_FLAG_DISCARD) },
        isReference: true,
      }
    }
    packet.free()
  }
}

function describeVideo(source: Source, packet: Packet): SourcePacket {
  const pictures = source.avc ? pictureNals(source.avc, packet) : []
  const facts: PacketFacts = {
    pts: ticks(packet.pts),
    dts: ticks(packet.dts),
    isKey: packet.isKeyframe,
    isIdr: pictures.length > 0 && pictures.every((nal) => nalType(nal) === nalTypes.idrSlice),
    isHidden: packet.hasFlags(AV_PKT_FLAG_DISCARD),
  }
  const isReference = pictures.length === 0 || pictures.some(isReferenceNal)
  return { streamIndex: packet.streamIndex, packet, facts, isReference }
}

/** The units of a packet that carry picture data. */
export function pictureNals(avc: AvcConfig, packet: Packet): Nal[] {
  return (splitPacket(avc, packet) ?? []).filter((nal) => nalType(nal) >= 1 && nalType(nal) <= 5)
}

export function splitPacket(avc: AvcConfig, packet: Packet): Nal[] | undefined {
  const data = packet.data
  if (!data) return undefined
  return avc.framing.kind === 'length'
    ? splitLengthPrefixed(data, avc.framing.lengthBytes)
    : splitAnnexB(data)
}

/**
 * Goes to a key packet at or before the start and returns it; the packets after it follow with `readPacket`.
 * Sound from shortly before the start is read as well. Undefined when the file has no key packet.
 */
export function seekBefore(source: Source, range: TickRange): SourcePacket[] {
  for (const backMs of seekBackMs) {
    const isLastTry = backMs === Number.POSITIVE_INFINITY
    const target = range.start - msToTicks(isLastTry ? 0 : backMs, source.timeBase)
    if (isLastTry || target <= source.originTicks) seekToBeginning(source)
    else if (source.format.seekFrameSync(source.video.index, BigInt(target), AVSEEK_FLAG_BACKWARD) < 0)
      continue
    const read = readToKey(source)
    const key = read.at(-1)
    const isEarlyEnough = key?.facts.isKey && key.facts.pts !== undefined && key.facts.pts <= range.start
    if (isEarlyEnough || isLastTry) return read
    for (const { packet } of read) packet.free()
  }
  return []
}

/** Containers without an index seek by decoding time, which is earlier than the first frame is shown; so go below. */
function seekToBeginning(source: Source): void {
  const { format, video, originTicks, timeBase } = source
  const below = BigInt(originTicks - msToTicks(10_000, timeBase))
  if (format.seekFrameSync(video.index, below, AVSEEK_FLAG_BACKWARD) >= 0) return
  check(
    format.seekFrameSync(video.index, BigInt(originTicks), AVSEEK_FLAG_BACKWARD),
    'Going to the beginning',
  )
}

/** Reads up to and with the first key packet of the video; keeps the sound before it. */
function readToKey(source: Source): SourcePacket[] {
  const read: SourcePacket[] = []
  for (let next = readPacket(source); next; next = readPacket(source)) {
    if (next.streamIndex !== source.video.index) read.push(next)
    else if (next.facts.isKey) {
      read.push(next)
      return read
    } else next.packet.free()
  }
  return read
}

/**
 * Bytes this process has read so far, all files together. The difference of two calls is what was read between them.
 * Linux only; undefined elsewhere.
 */
export function bytesReadSoFar(): number | undefined {
  try {
    const match = /^rchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'latin1'))
    return match ? Number(match[1]) : undefined
  } catch {
    // Not Linux, or /proc is not mounted: the caller counts packets instead.
    return undefined
  }
}
