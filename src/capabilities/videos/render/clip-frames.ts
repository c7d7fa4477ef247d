import { createCanvas, ImageData } from '@napi-rs/canvas'
import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants'
import { Filter, type FilterContext, FilterGraph, Frame, Packet, avGetPixFmtName } from 'node-av/lib'
import { check, hold, noTime } from '../../../platform/ffmpeg/av-check.ts'
import { findStream, openDecoder, openPlanInput } from '../../../platform/ffmpeg/av-input.ts'
import type { Picture } from '../scenes/kit.ts'

/** Reads the frames of a clip in the order of time: each call gives the frame shown at `ms`, the last one at the end. */
export function openClipFrames(
  path: string,
  fromMs: number,
  largestSide: number,
): (ms: number) => Picture | undefined {
  const input = openPlanInput({ path, seekMs: Math.max(0, fromMs) })
  const stream = findStream(input.context, 'v:0')
  input.use(stream)
  const decoder = openDecoder(stream, 1, false)
  const unitMs = (stream.timeBase.num * 1000) / stream.timeBase.den
  const packet = hold(new Packet())
  packet.alloc()
  const decoded = hold(new Frame())
  decoded.alloc()
  let convert: ((frame: Frame) => Picture) | undefined
  let shown: Picture | undefined
  let nextMs = Number.NEGATIVE_INFINITY
  let hasEnded = false

  function readFrame(): boolean {
    for (;;) {
      decoded.unref()
      const code = decoder.receiveFrameSync(decoded)
      if (code === AVERROR_EOF) return false
      if (code !== AVERROR_EAGAIN) {
        check(code, 'Reading a clip')
        return true
      }
      if (input.read(packet)) {
        if (packet.streamIndex === stream.index) decoder.sendPacketSync(packet)
      } else if (hasEnded) return false
      else {
        hasEnded = true
        decoder.sendPacketSync(null)
      }
    }
  }

  return (ms) => {
    while (nextMs <= ms && readFrame()) {
      const time = decoded.bestEffortTimestamp
      // The reader counts the file's own time; what comes before the wanted place is only decoded.
      nextMs = (time === noTime ? 0 : Number(time) * unitMs) + 1
      if (nextMs < fromMs - 1_000 && nextMs < ms) continue
      convert ??= openPixels(decoded, largestSide)
      shown = convert(decoded)
    }
    return shown
  }
}

function openPixels(first: Frame, largestSide: number): (frame: Frame) => Picture {
  const scale = Math.min(1, largestSide / Math.max(first.width, first.height))
  const width = Math.max(2, Math.round((first.width * scale) / 2) * 2)
  const height = Math.max(2, Math.round((first.height * scale) / 2) * 2)
  const graph = hold(new FilterGraph())
  graph.alloc()
  const format = avGetPixFmtName(first.format as never)
  const steps: [string, string | null][] = [
    [
      'buffer',
      `video_size=${first.width}x${first.height}:pix_fmt=${format}:time_base=1/1000:colorspace=${first.colorSpace}:range=${first.colorRange}`,
    ],
    ['scale', `${width}:${height}`],
    ['format', 'rgba'],
    ['buffersink', null],
  ]
  const filters = steps.map(([name, options], index): FilterContext => {
    const context = graph.createFilter(Filter.getByName(name as never)!, `${name}${index}`, options)
    if (!context) throw new TypeError(`This build of the media library has no filter "${name}"`)
    return hold(context)
  })
  for (let index = 1; index < filters.length; index++)
    check(filters[index - 1]!.link(0, filters[index]!, 0), 'Reading a clip')
  check(graph.configSync(), 'Reading a clip')
  const canvas = createCanvas(width, height)
  const ctx = canvas.getContext('2d')
  const out = hold(new Frame())
  out.alloc()
  return (frame) => {
    check(filters[0]!.buffersrcAddFrameSync(frame), 'Reading a clip')
    check(filters.at(-1)!.buffersinkGetFrameSync(out), 'Reading a clip')
    const pixels = out.toBuffer()
    ctx.putImageData(
      new ImageData(
        new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, width * height * 4),
        width,
        height,
      ),
      0,
      0,
    )
    out.unref()
    return { source: canvas, width, height }
  }
}
