import {
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AV_CODEC_FLAG_CLOSED_GOP,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUV420P,
} from 'node-av/constants'
import { Codec, CodecContext, Filter, FilterGraph, FormatContext, Frame, Packet, Rational } from 'node-av/lib'
import { check, hold } from '../../../platform/ffmpeg/av-check.ts'

export type FrameEncoder = {
  /** Takes the pixels of the next frame, red, green, blue, alpha. */
  add(pixels: Buffer): void
  finish(): void
}

export type FrameEncoding = {
  path: string
  width: number
  height: number
  frameRate: number
  threads: number
  preset: string
  crf: number
}

/** Encodes drawn frames into an MP4 file: each frame once, key pictures every two seconds, colours of BT.709. */
export function openFrameEncoder(input: FrameEncoding): FrameEncoder {
  const { width, height, frameRate } = input
  const convert = openConversion(width, height, frameRate)
  const encoder = openX264(input)
  const format = hold(new FormatContext())
  check(format.allocOutputContext2(null, 'mp4', `file:${input.path}`), 'Starting a scene')
  const stream = hold(format.newStream(null))
  check(stream.codecpar.fromContext(encoder), 'Describing a scene')
  stream.timeBase = new Rational(1, frameRate)
  stream.avgFrameRate = new Rational(frameRate, 1)
  check(format.openOutputSync(), 'Creating a scene file')
  check(format.setOption('video_track_timescale', String(frameRate * 512)), 'Starting a scene')
  check(format.writeHeaderSync(null), 'Starting a scene')
  const ticks = stream.timeBase
  const packet = hold(new Packet())
  packet.alloc()
  let frames = 0n

  function drain(): void {
    for (;;) {
      packet.unref()
      const code = encoder.receivePacketSync(packet)
      if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return
      check(code, 'Encoding a scene')
      packet.streamIndex = 0
      packet.duration = 1n
      packet.rescaleTs({ num: 1, den: frameRate }, ticks)
      check(format.interleavedWriteFrameSync(packet), 'Writing a scene')
    }
  }

  return {
    add(pixels) {
      const drawn = Frame.fromVideoBuffer(pixels, {
        width,
        height,
        format: AV_PIX_FMT_RGBA,
        timeBase: { num: 1, den: frameRate },
        pts: frames++,
      })
      convert.run(drawn, (frame) => {
        frame.colorRange = AVCOL_RANGE_MPEG
        frame.colorSpace = AVCOL_SPC_BT709
        check(encoder.sendFrameSync(frame), 'Encoding a scene')
      })
      drawn.free()
      drain()
    },
    finish() {
      check(encoder.sendFrameSync(null), 'Ending a scene')
      drain()
      check(format.writeTrailerSync(), 'Finishing a scene')
      format.closeOutputSync()
      // Some hundred megabytes for each scene, which would otherwise stay until the process ends.
      encoder.freeContext()
      convert.free()
      format.freeContext()
    },
  }
}

function openConversion(width: number, height: number, frameRate: number) {
  const graph = hold(new FilterGraph())
  graph.alloc()
  graph.nbThreads = 1
  const steps: [string, string | null][] = [
    [
      'buffer',
      `video_size=${width}x${height}:pix_fmt=rgba:time_base=1/${frameRate}:frame_rate=${frameRate}/1`,
    ],
    ['scale', 'out_color_matrix=bt709:out_range=tv'],
    ['format', 'yuv420p'],
    ['buffersink', null],
  ]
  const filters = steps.map(([name, options], index) => {
    const filter = Filter.getByName(name as never)
    const context = filter && graph.createFilter(filter, `${name}${index}`, options)
    if (!context) throw new TypeError(`This build of the media library has no filter "${name}"`)
    return hold(context)
  })
  for (let index = 1; index < filters.length; index++) {
    check(filters[index - 1]!.link(0, filters[index]!, 0), 'Converting frames')
  }
  check(graph.configSync(), 'Converting frames')
  const out = hold(new Frame())
  out.alloc()
  return {
    run(frame: Frame, use: (frame: Frame) => void) {
      check(filters[0]!.buffersrcAddFrameSync(frame), 'Converting a frame')
      check(filters.at(-1)!.buffersinkGetFrameSync(out), 'Converting a frame')
      use(out)
      out.unref()
    },
    free: () => graph.free(),
  }
}

function openX264(input: FrameEncoding): CodecContext {
  const codec = Codec.findEncoderByName('libx264' as never)
  if (!codec) throw new TypeError('This build of the media library has no libx264')
  const encoder = hold(new CodecContext())
  encoder.allocContext3(codec)
  encoder.width = input.width
  encoder.height = input.height
  encoder.pixelFormat = AV_PIX_FMT_YUV420P
  encoder.timeBase = new Rational(1, input.frameRate)
  encoder.framerate = new Rational(input.frameRate, 1)
  encoder.gopSize = input.frameRate * 2
  encoder.threadCount = input.threads
  encoder.colorRange = AVCOL_RANGE_MPEG
  encoder.colorPrimaries = AVCOL_PRI_BT709
  encoder.colorTrc = AVCOL_TRC_BT709
  encoder.colorSpace = AVCOL_SPC_BT709
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_CLOSED_GOP)
  const options = {
    preset: input.preset,
    crf: String(input.crf),
    profile: 'high',
    'x264-params': 'open-gop=0:stitchable=1',
  }
  for (const [name, value] of Object.entries(options))
    check(encoder.setOption(name, value), `Setting ${name} of x264`)
  check(encoder.open2Sync(codec, null), 'Opening the H.264 encoder')
  return encoder
}
