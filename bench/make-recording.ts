import {
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_NONE,
} from 'node-av/constants'
import {
  Codec,
  CodecContext,
  FFmpegError,
  Filter,
  FilterGraph,
  FormatContext,
  Frame,
  Packet,
  Rational,
  type Stream,
} from 'node-av/lib'

/** Seconds that are really drawn and encoded; longer recordings repeat them. */
const drawnS = 20

/**
 * Writes a 1080p30 H.264 recording with groups of two seconds, B-frames and AAC sound. Twenty seconds of moving
 * noise and shapes are encoded once and their packets repeated, so ten minutes take as long as twenty seconds.
 */
export function makeRecording(path: string, seconds: number, size = { width: 1920, height: 1080 }): void {
  const format = new FormatContext()
  check(format.allocOutputContext2(null, 'mp4', `file:${path}`))
  const video = encodeFrom(format, 'libx264', 'video', [
    ['testsrc2', `size=${size.width}x${size.height}:rate=30:duration=${drawnS}`],
    ['noise', 'alls=6:allf=t'],
    ['format', 'pix_fmts=yuv420p'],
  ])
  const audio = encodeFrom(format, 'aac', 'audio', [
    ['sine', `frequency=220:beep_factor=4:sample_rate=48000:duration=${drawnS}`],
    ['aformat', 'sample_fmts=fltp:channel_layouts=stereo'],
    ['asetnsamples', 'n=1024:p=0'],
  ])
  check(format.openOutputSync())
  check(format.writeHeaderSync(null))
  for (let turn = 0; turn < Math.ceil(seconds / drawnS); turn++) {
    const turnAudio = Math.round((drawnS * 48_000) / 1024) * 1024
    const queue = [
      ...video.packets.map((packet) => ({ packet, track: video, shift: turn * drawnS * 30, rate: 30 })),
      ...audio.packets
        .slice(turn ? 1 : 0)
        .map((packet) => ({ packet, track: audio, shift: turn * turnAudio, rate: 48_000 })),
    ].map((one) => ({ ...one, atS: (Number(one.packet.dts) + one.shift) / one.rate }))
    for (const { packet, track, shift } of queue.sort((a, b) => a.atS - b.atS)) {
      const copy = packet.clone()!
      copy.pts = packet.pts + BigInt(shift)
      copy.dts = packet.dts + BigInt(shift)
      copy.streamIndex = track.stream.index
      copy.rescaleTs(track.clock, format.streams[track.stream.index]!.timeBase)
      check(format.interleavedWriteFrameSync(copy))
      copy.free()
    }
  }
  check(format.writeTrailerSync())
  format.closeOutputSync()
  format.freeContext()
}

type Track = { stream: Stream; clock: Rational; packets: Packet[] }

function encodeFrom(
  format: FormatContext,
  encoderName: 'libx264' | 'aac',
  media: 'video' | 'audio',
  filters: [string, string][],
): Track {
  const graph = new FilterGraph()
  graph.alloc()
  const chain = [...filters, [media === 'video' ? 'buffersink' : 'abuffersink', null] as const].map(
    ([name, args]) => {
      const context = graph.createFilter(Filter.getByName(name)!, name, args)
      if (!context) throw new Error(`No filter ${name}`)
      return context
    },
  )
  for (let index = 1; index < chain.length; index++) check(chain[index - 1]!.link(0, chain[index]!, 0))
  check(graph.configSync())
  const sink = chain.at(-1)!
  const codec = Codec.findEncoderByName(encoderName as Parameters<typeof Codec.findEncoderByName>[0])
  const encoder = new CodecContext()
  encoder.allocContext3(codec)
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  encoder.timeBase = sink.buffersinkGetTimeBase()
  if (media === 'video') {
    encoder.width = sink.buffersinkGetWidth()
    encoder.height = sink.buffersinkGetHeight()
    encoder.framerate = new Rational(30, 1)
    encoder.gopSize = 60
    encoder.pixelFormat = sink.buffersinkGetFormat() as typeof encoder.pixelFormat
    check(encoder.setOption('preset', 'veryfast'))
    check(encoder.setOption('crf', '23'))
    check(encoder.setOption('x264-params', 'scenecut=0:keyint=60:min-keyint=60'))
  } else {
    encoder.sampleRate = sink.buffersinkGetSampleRate()
    encoder.sampleFormat = sink.buffersinkGetFormat() as typeof encoder.sampleFormat
    encoder.channelLayout = sink.buffersinkGetChannelLayout()
    encoder.bitRate = 128_000n
  }
  check(encoder.open2Sync(codec, null))
  const stream = format.newStream(null)
  check(stream.codecpar.fromContext(encoder))
  stream.timeBase = encoder.timeBase
  const packets: Packet[] = []
  const drain = () => {
    for (;;) {
      const packet = new Packet()
      packet.alloc()
      const got = encoder.receivePacketSync(packet)
      if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return
      check(got)
      packets.push(packet)
    }
  }
  const frame = new Frame()
  frame.alloc()
  for (;;) {
    const got = sink.buffersinkGetFrameSync(frame)
    if (got === AVERROR_EOF) break
    check(got)
    // Drawn frames call themselves key pictures, and the encoder would believe it.
    if (media === 'video') frame.pictType = AV_PICTURE_TYPE_NONE
    check(encoder.sendFrameSync(frame))
    frame.unref()
    drain()
  }
  check(encoder.sendFrameSync(null))
  drain()
  encoder.freeContext()
  return { stream, clock: sink.buffersinkGetTimeBase(), packets }
}

function check(result: number): number {
  if (result < 0) throw new FFmpegError(result)
  return result
}
