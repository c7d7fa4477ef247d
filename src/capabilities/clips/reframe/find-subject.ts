import { AVERROR_EAGAIN, AVERROR_EOF, AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants'
import { Frame } from 'node-av/lib'
import type { MediaChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import { type TickRange, isPastEnd, isWanted, ticksToMs } from '../cutter/cut-plan.ts'
import { check } from '../cutter/libav.ts'
import { openPictureDecoder } from '../cutter/picture-decoder.ts'
import { openSource, readPacket, seekBefore } from '../cutter/source.ts'
import { turnFilters } from '../stitch/fit-picture.ts'
import { turnOf } from '../stitch/target.ts'
import { planCropPath, type Sample } from './crop-path.ts'
import { planGeometry } from './geometry.ts'
import type { CropPoint, Reframe } from './reframe.ts'
import { seePicture, type SmallPicture } from './see-picture.ts'
import { openGraph, shownSize } from './shape-picture.ts'

/** Pictures looked at a second: a person is not elsewhere in a sixth of one. */
const everyMs = 160
const longSide = 160

/**
 * Looks at a few small pictures a second of a range and says where the window should be. Everything happens here:
 * motion, skin and detail, no model. `zero` is the time of the clip's first picture.
 */
export async function findSubject(
  path: string,
  range: TickRange,
  zero: number,
  reframe: Reframe,
  tools: MediaChildTools,
): Promise<CropPoint[]> {
  const source = openSource(path)
  source.audio = []
  const shown = shownSize(source)
  const { window } = planGeometry(shown, reframe.aspect, reframe.method)
  if (!window) return [{ atMs: 0, at: 0.5 }]
  const share = window.axis === 'x' ? window.width / shown.width : window.height / shown.height
  const scale = longSide / Math.max(shown.width, shown.height)
  const small = { width: even(shown.width * scale), height: even(shown.height * scale) }
  const turn = turnOf(source.video.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX))
  const turning = turnFilters(turn).map(([name, options]) => `${name}=${options},`)
  const filters = `[in]${turning.join('')}scale=${small.width}:${small.height}:flags=area,format=yuv420p[out]`

  const samples: Sample[] = []
  const decoder = openPictureDecoder(source)
  let graph: ReturnType<typeof openGraph> | undefined
  let before: SmallPicture | undefined
  let nextMs = 0
  const onPicture = (frame: Frame, pts: number) => {
    const atMs = ticksToMs(pts - zero, source.timeBase)
    if (pts < range.start || pts >= range.end || atMs < nextMs) return
    nextMs = atMs + everyMs
    graph ??= openGraph(frame, source.timeBase, filters)
    check(graph.source.buffersrcAddFrameSync(frame), 'Looking at a picture')
    using out = new Frame()
    out.alloc()
    const got = graph.sink.buffersinkGetFrameSync(out)
    if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return
    check(got, 'Looking at a picture')
    const now = { ...small, bytes: out.toBuffer() }
    samples.push({ atMs, ...seePicture(now, before, window.axis) })
    before = now
  }
  const ahead = seekBefore(source, range)
  for (let next = ahead.shift() ?? readPacket(source); next; next = ahead.shift() ?? readPacket(source)) {
    const isPast = isPastEnd(next.facts, range)
    if (!isPast && (next.isReference || isWanted(next.facts, range))) decoder.push(next.packet, onPicture)
    next.packet.free()
    if (isPast) break
    await tools.progress({})
  }
  decoder.push(null, onPicture)
  decoder.close()
  source.format.closeInputSync()
  return planCropPath(samples, share)
}

function even(value: number): number {
  return Math.max(2, Math.round(value / 2) * 2)
}
