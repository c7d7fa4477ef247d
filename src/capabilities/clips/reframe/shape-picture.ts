import {
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AV_PIX_FMT_YUVJ420P,
  AV_PKT_DATA_DISPLAYMATRIX,
} from 'node-av/constants'
import { FilterGraph, Frame, avGetPixFmtName } from 'node-av/lib'
import { hold } from '../../../platform/ffmpeg/av-check.ts'
import { type TimeBase, ticksToMs } from '../cutter/cut-plan.ts'
import { check } from '../cutter/libav.ts'
import { conversionFilters, needsToneMapping, type PictureConversion } from '../cutter/picture-conversion.ts'
import type { Source } from '../cutter/source.ts'
import { turnFilters } from '../stitch/fit-picture.ts'
import { turnOf } from '../stitch/target.ts'
import { cropAt } from './crop-path.ts'
import { type Geometry, type Shown, planGeometry, windowEdge } from './geometry.ts'
import type { Reframe } from './reframe.ts'

export type PictureShape = PictureConversion & { width: number; height: number }

/** How people see the pictures of a source: upright, with square pixels. */
export function shownSize(source: Source): Shown {
  const { codecpar } = source.video
  const { num, den } = codecpar.sampleAspectRatio
  const width = Math.round(codecpar.width * (num > 0 && den > 0 ? num / den : 1))
  const isTurned = turnOf(codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)) % 180 !== 0
  return isTurned ? { width: codecpar.height, height: width } : { width, height: codecpar.height }
}

/** Gives pictures another shape; `zero` is the time of the clip's first picture. */
export function openPictureShape(source: Source, reframe: Reframe, zero: number): PictureShape {
  const shown = shownSize(source)
  const geometry = planGeometry(shown, reframe.aspect, reframe.method)
  const path = reframe.path ?? [{ atMs: 0, at: 0.5 }]
  const format = source.video.codecpar.format === AV_PIX_FMT_YUVJ420P ? 'yuvj420p' : 'yuv420p'
  const turn = turnOf(source.video.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX))
  let graph: ReturnType<typeof openGraph> | undefined
  let looks = ''
  return {
    width: geometry.width,
    height: geometry.height,
    push(frame, onFrame) {
      const now = `${frame.width}x${frame.height} ${frame.format}`
      if (!graph || looks !== now) {
        graph = openGraph(frame, source.timeBase, shapeFilters(frame, { shown, geometry, turn, format }))
        looks = now
      }
      const { window } = geometry
      if (window) {
        const at = cropAt(path, ticksToMs(Number(frame.pts) - zero, source.timeBase))
        const [whole, size] =
          window.axis === 'x' ? [shown.width, window.width] : [shown.height, window.height]
        graph.native.sendCommand('crop@window', window.axis, String(windowEdge(at, whole, size)))
      }
      check(graph.source.buffersrcAddFrameSync(frame), 'Reframing a picture')
      using shaped = new Frame()
      shaped.alloc()
      for (;;) {
        const got = graph.sink.buffersinkGetFrameSync(shaped)
        if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return
        check(got, 'Reframing a picture')
        onFrame(shaped)
        shaped.unref()
      }
    },
  }
}

/** The filters from a decoded picture to the clip's; the window is moved picture by picture. */
export function shapeFilters(
  frame: Pick<Frame, 'width' | 'height'> & Partial<Frame>,
  input: { shown: Shown; geometry: Geometry; turn: number; format: string },
): string {
  const { shown, geometry, turn, format } = input
  const { width, height, window } = geometry
  const isHdr = 'colorTrc' in frame && needsToneMapping(frame as Frame)
  const steps = isHdr ? conversionFilters({ width: frame.width, height: frame.height, isHdr }) : []
  const upright = [
    ...[...steps, ...turnFilters(turn)].map(([name, options]) => `${name}=${options}`),
    `scale=${shown.width & ~1}:${shown.height & ~1}:flags=bicubic`,
    'setsar=1',
  ].join(',')
  if (window) {
    return `[in]${upright},crop@window=${window.width}:${window.height}:0:0,setsar=1,format=${format}[out]`
  }
  // The sides are blurred small: cheaper by far, and softer.
  const [smallWidth, smallHeight] = [width, height].map((side) => Math.max(16, Math.round(side / 16) * 2))
  return [
    `[in]${upright},split[whole][sides]`,
    `[sides]scale=${smallWidth}:${smallHeight}:force_original_aspect_ratio=increase:flags=area,crop=${smallWidth}:${smallHeight},gblur=sigma=4,scale=${width}:${height}:flags=bilinear,lutyuv=y=val*0.85[behind]`,
    `[whole]scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic[front]`,
    `[behind][front]overlay=(W-w)/2:(H-h)/2,setsar=1,format=${format}[out]`,
  ].join(';')
}

/** A graph with one source "in" and one sink "out" for pictures like this one. */
export function openGraph(frame: Frame, timeBase: TimeBase, filters: string) {
  const native = hold(new FilterGraph())
  native.alloc()
  const { num, den } = frame.sampleAspectRatio
  const source = `buffer@in=video_size=${frame.width}x${frame.height}:pix_fmt=${avGetPixFmtName(frame.format as never)}:time_base=${timeBase.num}/${timeBase.den}:pixel_aspect=${num || 1}/${den || 1}:colorspace=${frame.colorSpace}:range=${frame.colorRange}[in]`
  check(native.parse2(`${source};${filters};[out]buffersink@out`), 'Reading the filters')
  check(native.configSync(), 'Setting up the filters')
  return {
    native,
    source: hold(native.getFilter('buffer@in')!),
    sink: hold(native.getFilter('buffersink@out')!),
  }
}
