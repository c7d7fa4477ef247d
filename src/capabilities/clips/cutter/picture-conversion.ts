import {
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_SMPTE2084,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
} from 'node-av/constants'
import { Filter, type FilterContext, FilterGraph, Frame, avGetPixFmtName } from 'node-av/lib'
import type { TimeBase } from './cut-plan.ts'
import { check } from './libav.ts'

export type PictureConversion = {
  /** Hands the converted picture to `onFrame`, which must not keep it. Times are carried. */
  push(frame: Frame, onFrame: (frame: Frame) => void): void
}

/**
 * Makes pictures fit for H.264 in a browser: 8 bits, 4:2:0, even sides, high dynamic range mapped to normal.
 * Pictures that fit already are passed on untouched.
 */
export function openPictureConversion(timeBase: TimeBase): PictureConversion {
  let chain: { source: FilterContext; sink: FilterContext } | undefined
  return {
    push(frame, onFrame) {
      if (fits(frame)) return onFrame(frame)
      chain ??= openChain(frame, timeBase)
      check(chain.source.buffersrcAddFrameSync(frame), 'Converting a picture')
      using converted = new Frame()
      converted.alloc()
      for (;;) {
        const got = chain.sink.buffersinkGetFrameSync(converted)
        if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return
        check(got, 'Converting a picture')
        onFrame(converted)
        converted.unref()
      }
    },
  }
}

function fits(frame: Frame): boolean {
  const isPlain = frame.format === AV_PIX_FMT_YUV420P || frame.format === AV_PIX_FMT_YUVJ420P
  return isPlain && frame.width % 2 === 0 && frame.height % 2 === 0
}

/** The filters for a kind of picture, in order, each as its name and arguments. */
export function conversionFilters(picture: {
  width: number
  height: number
  isHdr: boolean
}): [string, string][] {
  const filters: [string, string][] = []
  if (picture.width % 2 || picture.height % 2) {
    filters.push(['crop', `${picture.width & ~1}:${picture.height & ~1}:0:0`])
  }
  if (picture.isHdr) {
    filters.push(['zscale', 't=linear:npl=203'], ['format', 'gbrpf32le'], ['zscale', 'p=bt709'])
    filters.push(['tonemap', 'hable:desat=0'], ['zscale', 't=bt709:m=bt709:r=tv'])
  }
  filters.push(['format', 'yuv420p'])
  return filters
}

/** Whether this picture has a high dynamic range that this build of the library can map to the normal one. */
export function needsToneMapping(frame: Frame): boolean {
  const isHdr = frame.colorTrc === AVCOL_TRC_SMPTE2084 || frame.colorTrc === AVCOL_TRC_ARIB_STD_B67
  return isHdr && Filter.getByName('zscale') !== null
}

function openChain(frame: Frame, timeBase: TimeBase) {
  const { width, height } = frame
  return openPictureFilters(
    frame,
    timeBase,
    conversionFilters({ width, height, isHdr: needsToneMapping(frame) }),
  )
}

/** A chain of filters for pictures like this one, configured. */
export function openPictureFilters(frame: Frame, timeBase: TimeBase, steps: readonly [string, string][]) {
  const graph = new FilterGraph()
  graph.alloc()
  const { num, den } = frame.sampleAspectRatio
  const filters: [string, string | null][] = [
    [
      'buffer',
      `video_size=${frame.width}x${frame.height}:pix_fmt=${avGetPixFmtName(frame.format as never)}:time_base=${timeBase.num}/${timeBase.den}:pixel_aspect=${num || 1}/${den || 1}:colorspace=${frame.colorSpace}:range=${frame.colorRange}`,
    ],
    ...steps,
    ['buffersink', null],
  ]
  const contexts = filters.map(([name, args], index) => {
    const filter = Filter.getByName(name)
    const context = filter && graph.createFilter(filter, `${name}${index}`, args)
    if (!context) throw new TypeError(`This build of the media library has no filter "${name}"`)
    return context
  })
  for (let index = 1; index < contexts.length; index++) {
    check(contexts[index - 1]!.link(0, contexts[index]!, 0), 'Converting pictures')
  }
  check(graph.configSync(), 'Converting pictures')
  return { graph, source: contexts[0]!, sink: contexts.at(-1)! }
}
