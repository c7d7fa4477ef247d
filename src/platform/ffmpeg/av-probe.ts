import { statSync } from 'node:fs'
import { type FormatContext, Packet, type Stream, avGetCodecName, avGetPixFmtName } from 'node-av/lib'
import {
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_DEFAULT,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_FLAG_CORRUPT,
} from 'node-av/constants'
import { isEnd, noTime } from './av-check.ts'
import { openFile } from './av-input.ts'
import { colourName, rotationOf } from './display-facts.ts'
import type { MediaChildTools } from './serve-child.ts'
import {
  completeScanBytes,
  headVideoPackets,
  type RawPackets,
  type RawProbe,
  type RawStream,
  tailMs,
} from './raw-probe.ts'

/** Reads what a file says about itself, and its packets: all of a small file, head and tail of a large one. */
export async function probeWithLibrary(path: string, tools: MediaChildTools): Promise<RawProbe> {
  const sizeBytes = statSync(path).size
  const context = openFile(path)
  const streams = context.streams.map(describeStream)
  const declaredDurationMs = context.duration > 0n ? Number(context.duration) / 1000 : undefined
  const startMs = context.startTime === noTime ? 0 : Number(context.startTime) / 1000
  return {
    container: context.iformat?.name ?? 'unknown',
    sizeBytes,
    declaredDurationMs,
    startMs,
    bitRate: Number(context.bitRate),
    streams,
    packets: await scanPackets(context, streams, { sizeBytes, declaredDurationMs, startMs }, tools),
  }
}

function describeStream(stream: Stream): RawStream {
  const parameters = stream.codecpar
  const kind = kindOf(parameters.codecType)
  const unitMs = (stream.timeBase.num * 1000) / Math.max(1, stream.timeBase.den)
  return {
    index: stream.index,
    kind,
    codec: avGetCodecName(parameters.codecId) ?? 'unknown',
    bitRate: Number(parameters.bitRate),
    durationMs: stream.duration > 0n ? Number(stream.duration) * unitMs : undefined,
    frames: Number(stream.nbFrames),
    isDefault: Boolean(stream.disposition & AV_DISPOSITION_DEFAULT),
    isAttachedPicture: Boolean(stream.disposition & AV_DISPOSITION_ATTACHED_PIC),
    language: stream.metadata?.get('language') ?? undefined,
    video: kind === 'video' ? describeVideo(stream) : undefined,
    audio:
      kind === 'audio' ? { sampleRate: parameters.sampleRate, channels: parameters.channels } : undefined,
  }
}

function describeVideo(stream: Stream): NonNullable<RawStream['video']> {
  const parameters = stream.codecpar
  const matrix = parameters.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)
  const aspect = stream.sampleAspectRatio.num > 0 ? stream.sampleAspectRatio : parameters.sampleAspectRatio
  return {
    width: parameters.width,
    height: parameters.height,
    pixelFormat: avGetPixFmtName(parameters.format as never) ?? 'unknown',
    pixelAspect: aspect.num > 0 && aspect.den > 0 ? { num: aspect.num, den: aspect.den } : { num: 1, den: 1 },
    averageFrameRate: { num: stream.avgFrameRate.num, den: stream.avgFrameRate.den },
    realFrameRate: { num: stream.rFrameRate.num, den: stream.rFrameRate.den },
    rotation: matrix ? rotationOf(matrix) : 0,
    transfer: colourName('transfer', parameters.colorTrc),
    primaries: colourName('primaries', parameters.colorPrimaries),
    matrix: colourName('matrix', parameters.colorSpace),
  }
}

function kindOf(type: number): RawStream['kind'] {
  if (type === AVMEDIA_TYPE_VIDEO) return 'video'
  if (type === AVMEDIA_TYPE_AUDIO) return 'audio'
  return type === AVMEDIA_TYPE_SUBTITLE ? 'subtitle' : 'other'
}

type Known = { sizeBytes: number; declaredDurationMs: number | undefined; startMs: number }

async function scanPackets(
  context: FormatContext,
  streams: RawStream[],
  known: Known,
  tools: MediaChildTools,
): Promise<RawPackets> {
  const { declaredDurationMs = 0 } = known
  const isComplete = known.sizeBytes <= completeScanBytes || declaredDurationMs === 0
  const timed = new Map(
    context.streams
      .filter((_, index) => isTimed(streams[index]!))
      .map((stream) => [
        stream.index,
        { unitMs: (stream.timeBase.num * 1000) / stream.timeBase.den, kind: streams[stream.index]!.kind },
      ]),
  )
  const result: RawPackets = {
    headPtsMs: [],
    headKeyMs: [],
    lastEndMs: 0,
    isComplete,
    videoPackets: 0,
    audioPackets: 0,
    endedBroken: false,
  }
  const firstVideo = streams.find((stream) => stream.kind === 'video' && isTimed(stream))?.index
  const packet = new Packet()
  packet.alloc()
  let hasSeeked = isComplete

  for (;;) {
    packet.unref()
    const code = context.readFrameSync(packet)
    if (code < 0) {
      result.endedBroken = !isEnd(code)
      break
    }
    const track = timed.get(packet.streamIndex)
    if (!track) continue
    if (packet.hasFlags(AV_PKT_FLAG_CORRUPT)) {
      result.endedBroken = true
      continue
    }
    result.endedBroken = false
    note(result, packet, track, known.startMs, packet.streamIndex === firstVideo)
    await tools.progress({ outTimeMs: result.lastEndMs })
    if (!hasSeeked && result.headPtsMs.length >= headVideoPackets) {
      hasSeeked = true
      const target = Math.max(0, known.startMs + declaredDurationMs - tailMs) * 1000
      context.seekFrameSync(-1, BigInt(Math.round(target)), AVSEEK_FLAG_BACKWARD)
    }
  }
  return result
}

function isTimed(stream: RawStream): boolean {
  return (stream.kind === 'video' || stream.kind === 'audio') && !stream.isAttachedPicture
}

function note(
  result: RawPackets,
  packet: Packet,
  track: { unitMs: number; kind: string },
  startMs: number,
  isFirstVideo: boolean,
): void {
  if (track.kind === 'video') result.videoPackets++
  else result.audioPackets++
  const time = packet.pts === noTime ? packet.dts : packet.pts
  if (time === noTime) return
  const ptsMs = Number(time) * track.unitMs - startMs
  const endMs = ptsMs + Number(packet.duration) * track.unitMs
  result.lastEndMs = Math.max(result.lastEndMs, endMs)
  const key = track.kind === 'video' ? 'lastVideoEndMs' : 'lastAudioEndMs'
  result[key] = Math.max(result[key] ?? 0, endMs)
  if (isFirstVideo && result.headPtsMs.length < headVideoPackets) {
    result.headPtsMs.push(ptsMs)
    if (packet.isKeyframe) result.headKeyMs.push(ptsMs)
  }
}
