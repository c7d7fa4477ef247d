import {
  type FilterContext,
  Codec,
  CodecContext,
  CodecParameters,
  FormatContext,
  type Frame,
  Packet,
  type Stream,
} from 'node-av/lib'
import {
  AVFMT_GLOBALHEADER,
  AVFMT_NOFILE,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_FRAME_FLAG_KEY,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
} from 'node-av/constants'
import { check, hold, libraryOptions, isAgain, isEnd } from './av-check.ts'
import { ffmpegErrors } from './errors.ts'
import type { EncodedStream, FileOutput } from './plan.ts'

type Track = {
  out: Stream
  timeBase: { num: number; den: number }
  encoder?: CodecContext
  frames: number
  forced: number
  hasEnded: boolean
}

/** A file being written. Packets wait until every stream of it is known, then the header goes out. */
export type OpenFileOutput = {
  /** Takes a packet of a copied stream; the packet stays the caller's. */
  copy(index: number, packet: Packet): void
  /** Takes a filtered frame of an encoded stream, or undefined at its end. */
  encode(index: number, frame: Frame | undefined, sink: FilterContext | undefined): void
  end(index: number): void
  /** True once every stream has all the frames it may have. */
  isFull(): boolean
  finish(): void
}

export function openFileOutput(
  plan: FileOutput,
  copied: Array<Stream | undefined>,
  threads: number,
): OpenFileOutput {
  const context = hold(new FormatContext())
  check(context.allocOutputContext2(null, plan.muxer, plan.path), `Preparing ${plan.muxer}`)
  const isOneFile = !context.oformat?.hasFlags(AVFMT_NOFILE)
  const wantsHeader = context.oformat?.hasFlags(AVFMT_GLOBALHEADER) ?? false
  const tracks: Track[] = plan.streams.map((_, index) => {
    const out = hold(context.newStream(null))
    const source = copied[index]
    if (source) {
      const parameters = hold(new CodecParameters())
      parameters.alloc()
      check(source.codecpar.copy(parameters), 'Copying codec parameters')
      parameters.codecTag = 0
      out.codecpar = parameters
      out.timeBase = source.timeBase
      out.avgFrameRate = source.avgFrameRate
      out.sampleAspectRatio = source.sampleAspectRatio
    }
    return {
      out,
      timeBase: source?.timeBase ?? { num: 0, den: 1 },
      frames: 0,
      forced: 0,
      hasEnded: false,
    }
  })
  const early: Array<{ index: number; packet: Packet }> = []
  const encoded = new Packet()
  encoded.alloc()
  let hasHeader = false

  function isReady(): boolean {
    return tracks.every((track, index) => copied[index] !== undefined || track.encoder !== undefined)
  }

  function writeHeader(): void {
    if (isOneFile) check(context.openOutputSync(), `Opening ${plan.path}`)
    const options = libraryOptions(plan.muxerOptions ?? {})
    check(context.writeHeaderSync(options), `Starting ${plan.muxer}`)
    hasHeader = true
    for (const { index, packet } of early.splice(0)) {
      write(index, packet)
      packet.free()
    }
  }

  function take(index: number, packet: Packet): void {
    if (hasHeader) return write(index, packet)
    const kept = packet.clone()
    if (!kept) throw ffmpegErrors.failed('No memory for a packet.')
    early.push({ index, packet: kept })
    if (isReady()) writeHeader()
  }

  function write(index: number, packet: Packet): void {
    const track = tracks[index]!
    packet.streamIndex = track.out.index
    packet.rescaleTs(track.timeBase, track.out.timeBase)
    packet.pos = -1n
    check(context.interleavedWriteFrameSync(packet), `Writing ${plan.muxer}`)
  }

  function drain(index: number, encoder: CodecContext): void {
    for (;;) {
      encoded.unref()
      const code = encoder.receivePacketSync(encoded)
      if (isAgain(code) || isEnd(code)) return
      check(code, 'Encoding')
      take(index, encoded)
    }
  }

  function openEncoder(index: number, frame: Frame, sink: FilterContext): CodecContext {
    const wanted = plan.streams[index] as EncodedStream
    const track = tracks[index]!
    const encoder = createEncoder(wanted, frame, sink, threads, wantsHeader)
    track.encoder = encoder
    track.timeBase = encoder.timeBase
    check(track.out.codecpar.fromContext(encoder), 'Describing the encoded stream')
    track.out.timeBase = encoder.timeBase
    if (wanted.media === 'video') {
      track.out.avgFrameRate = encoder.framerate
      track.out.sampleAspectRatio = encoder.sampleAspectRatio
    }
    return encoder
  }

  return {
    copy: (index, packet) => {
      const kept = packet.clone()
      if (!kept) throw ffmpegErrors.failed('No memory for a packet.')
      take(index, kept)
      kept.free()
    },
    encode(index, frame, sink) {
      const wanted = plan.streams[index] as EncodedStream
      const track = tracks[index]!
      if (track.hasEnded) return
      if (!frame) return this.end(index)
      const encoder = track.encoder ?? openEncoder(index, frame, sink!)
      if (wanted.media === 'video') forceKeyframe(wanted, track, frame, encoder)
      check(encoder.sendFrameSync(frame), `Encoding with ${wanted.encoder}`)
      track.frames++
      drain(index, encoder)
      if (wanted.maxFrames !== undefined && track.frames >= wanted.maxFrames) this.end(index)
    },
    end(index) {
      const track = tracks[index]!
      if (track.hasEnded) return
      track.hasEnded = true
      if (!track.encoder) return
      check(track.encoder.sendFrameSync(null), 'Ending the encoder')
      drain(index, track.encoder)
    },
    isFull: () => tracks.every((track, index) => copied[index] === undefined && track.hasEnded),
    finish() {
      if (!hasHeader) {
        if (!isReady()) throw ffmpegErrors.failed(`No frame arrived for ${plan.path}.`)
        writeHeader()
      }
      check(context.writeTrailerSync(), `Finishing ${plan.muxer}`)
      if (isOneFile) context.closeOutputSync()
    },
  }
}

function forceKeyframe(wanted: EncodedStream, track: Track, frame: Frame, encoder: CodecContext): void {
  const { num, den } = encoder.timeBase
  const atMs = (Number(frame.pts) * num * 1000) / den
  const isForced =
    wanted.keyframes === 'source'
      ? frame.hasFlags(AV_FRAME_FLAG_KEY)
      : wanted.keyframes !== undefined && atMs >= track.forced * wanted.keyframes.everyMs
  if (isForced) track.forced++
  // The decoder's own picture types must not steer the encoder.
  frame.pictType = isForced ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
}

function createEncoder(
  wanted: EncodedStream,
  frame: Frame,
  sink: FilterContext,
  threads: number,
  wantsHeader: boolean,
): CodecContext {
  const codec = Codec.findEncoderByName(wanted.encoder as never)
  if (!codec) throw ffmpegErrors.failed(`The media engine has no encoder "${wanted.encoder}".`)
  const encoder = hold(new CodecContext())
  encoder.allocContext3(codec)
  const timeBase = sink.buffersinkGetTimeBase()
  if (wanted.media === 'video') {
    const rate = sink.buffersinkGetFrameRate()
    encoder.width = frame.width
    encoder.height = frame.height
    encoder.pixelFormat = frame.format as never
    encoder.sampleAspectRatio = frame.sampleAspectRatio
    encoder.colorRange = frame.colorRange
    encoder.colorPrimaries = frame.colorPrimaries
    encoder.colorTrc = frame.colorTrc
    encoder.colorSpace = frame.colorSpace
    encoder.timeBase = timeBase
    if (rate.num > 0 && rate.den > 0) encoder.framerate = rate
  } else {
    encoder.sampleRate = frame.sampleRate
    encoder.sampleFormat = frame.format as never
    encoder.channelLayout = frame.channelLayout
    encoder.timeBase = timeBase
  }
  encoder.threadCount = threads
  if (wantsHeader) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  const options = libraryOptions(wanted.options ?? {})
  check(encoder.open2Sync(codec, options), `Opening the encoder ${wanted.encoder}`)
  return encoder
}
