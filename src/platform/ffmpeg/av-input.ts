import { Codec, CodecContext, FFmpegError, FormatContext, type Packet, type Stream } from 'node-av/lib'
import {
  AVDISCARD_ALL,
  AVDISCARD_DEFAULT,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
  AV_DISPOSITION_ATTACHED_PIC,
} from 'node-av/constants'
import { check, hold, libraryOptions, isEnd, noTime } from './av-check.ts'
import { ffmpegErrors } from './errors.ts'
import { allowedContainers, allowedProtocols, type PlanInput, type StreamName } from './plan.ts'

/** Opens a local file with every protocol but `file` and every container that refers to other files shut. */
export function openFile(path: string): FormatContext {
  const context = hold(new FormatContext())
  const options = libraryOptions({
    protocol_whitelist: allowedProtocols,
    format_whitelist: allowedContainers,
  })
  const code = context.openInputSync(`file:${path}`, null, options)
  if (code < 0) {
    throw ffmpegErrors.unreadable(`The media engine cannot open the file: ${FFmpegError.strerror(code)}.`, {
      detail: { engineMessage: FFmpegError.strerror(code) },
    })
  }
  const info = context.findStreamInfoSync(null)
  if (info < 0) {
    throw ffmpegErrors.unreadable(`The media engine cannot read the file: ${FFmpegError.strerror(info)}.`, {
      detail: { engineMessage: FFmpegError.strerror(info) },
    })
  }
  return context
}

const mediaTypes = { v: AVMEDIA_TYPE_VIDEO, a: AVMEDIA_TYPE_AUDIO, s: AVMEDIA_TYPE_SUBTITLE } as const

/** Finds a stream by FFmpeg's name for it; cover pictures do not count as video. */
export function findStream(context: FormatContext, name: StreamName): Stream {
  const [kind = '', place] = name.split(':')
  const streams = context.streams
  const found =
    place === undefined
      ? streams[Number(kind)]
      : streams.filter(
          (stream) =>
            stream.codecpar.codecType === mediaTypes[kind as keyof typeof mediaTypes] &&
            !(stream.disposition & AV_DISPOSITION_ATTACHED_PIC),
        )[Number(place)]
  if (!found) throw ffmpegErrors.failed(`The file has no stream "${name}".`)
  return found
}

/** Packets are interleaved loosely, so a stream may lag behind the one that reached the end first. */
const readAheadMs = 1_000

/** One open input of a plan: reads packets of the streams in use, with times that count from its start. */
export type OpenInput = {
  context: FormatContext
  keyframesOnly: boolean
  /** Frames before this time, in milliseconds from the start, are decoded but not wanted. */
  dropBeforeMs: number
  use(stream: Stream): void
  /** Reads the next packet of a stream in use; false at the end. */
  read(packet: Packet): boolean
}

export function openPlanInput(input: PlanInput): OpenInput {
  const context = openFile(input.path)
  for (const stream of context.streams) stream.discard = AVDISCARD_ALL
  const startMicros = context.startTime === noTime ? 0n : context.startTime
  const seekMs = input.seekMs ?? 0
  if (seekMs > 0) {
    const target = startMicros + BigInt(Math.round(seekMs * 1000))
    // A file without an index cannot seek; its frames before the time are then read and dropped.
    context.seekFrameSync(-1, target, AVSEEK_FLAG_BACKWARD)
  }
  const shift = new Map<number, bigint>()
  const { streams } = context
  const stopAtMs = input.readMs === undefined ? undefined : seekMs + input.readMs + readAheadMs

  return {
    context,
    keyframesOnly: input.keyframesOnly ?? false,
    dropBeforeMs: seekMs,
    use(stream) {
      // Not AVDISCARD_NONKEY for key frames: the demuxer then guesses wrong presentation times.
      stream.discard = AVDISCARD_DEFAULT
      const { num, den } = stream.timeBase
      shift.set(stream.index, BigInt(Math.round((Number(startMicros) * den) / (num * 1_000_000))))
    },
    read(packet) {
      for (;;) {
        packet.unref()
        const code = context.readFrameSync(packet)
        if (isEnd(code)) return false
        // A damaged end is an end: what could be read is still worth having, and the probe has judged the file.
        if (code < 0) return false
        const offset = shift.get(packet.streamIndex)
        if (offset === undefined) continue
        if (packet.pts !== noTime) packet.pts -= offset
        if (packet.dts !== noTime) packet.dts -= offset
        if (stopAtMs === undefined || packet.dts === noTime) return true
        const { num, den } = streams[packet.streamIndex]!.timeBase
        return (Number(packet.dts) * num * 1000) / den <= stopAtMs
      }
    },
  }
}

/** Opens the decoder of a stream. */
export function openDecoder(stream: Stream, threads: number, keyframesOnly: boolean): CodecContext {
  const codec = Codec.findDecoder(stream.codecpar.codecId)
  if (!codec) throw ffmpegErrors.failed('The media engine has no decoder for this codec.')
  const decoder = hold(new CodecContext())
  decoder.allocContext3(codec)
  check(decoder.parametersToContext(stream.codecpar), 'Reading codec parameters')
  decoder.pktTimebase = stream.timeBase
  decoder.threadCount = threads
  const options: Record<string, string> = keyframesOnly
    ? { skip_frame: 'nokey', skip_loop_filter: 'all' }
    : {}
  check(decoder.open2Sync(codec, libraryOptions(options)), `Opening the decoder ${codec.name}`)
  return decoder
}
