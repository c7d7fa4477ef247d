import {
  type CodecContext,
  FilterGraph,
  type FilterContext,
  Frame,
  type Stream,
  avChannelLayoutDescribe,
  avGetPixFmtName,
  avGetSampleFmtName,
} from 'node-av/lib'
import { AVMEDIA_TYPE_VIDEO, AV_BUFFERSRC_FLAG_KEEP_REF } from 'node-av/constants'
import { check, hold, isAgain, isEnd } from './av-check.ts'
import { ffmpegErrors } from './errors.ts'
import type { PlanGraph } from './plan.ts'

/** A filter graph that configures itself when each of its sources has seen its first frame. */
export type RunningGraph = {
  /** Takes a frame for a source, or undefined for its end. Owns nothing: the frame may be reused after. */
  push(label: string, frame: Frame | undefined): void
  /** For a graph without sources: makes the next frames and returns the newest time in ms, or undefined at the end. */
  pull(): number | undefined
}

export type SinkFrame = { frame: Frame; sink: FilterContext }

type Source = { label: string; stream: Stream; decoder: CodecContext }

/**
 * Makes one graph of a plan run. `deliver` gets each frame that leaves it, and `undefined` when a sink has ended.
 */
export function createRunningGraph(
  graph: PlanGraph,
  sources: Source[],
  threads: number,
  deliver: (sinkLabel: string, out: SinkFrame | undefined) => void,
): RunningGraph {
  const kinds =
    graph.media === 'video'
      ? { source: 'buffer', sink: 'buffersink' }
      : { source: 'abuffer', sink: 'abuffersink' }
  const descriptions = new Map<string, string>()
  const waiting: Array<{ label: string; frame: Frame | undefined }> = []
  const ended = new Set<string>()
  const out = new Frame()
  out.alloc()
  let native: FilterGraph | undefined
  const pads = new Map<string, FilterContext>()

  function pad(name: string): FilterContext {
    const known = pads.get(name)
    if (known) return known
    const found = native?.getFilter(name)
    if (!found) throw new TypeError(`The graph has no pad "${name}"`)
    pads.set(name, hold(found))
    return found
  }

  function configure(): void {
    native = hold(new FilterGraph())
    native.alloc()
    native.nbThreads = threads
    const parts = [
      ...sources.map(({ label }) => descriptions.get(label)!),
      graph.filters,
      ...graph.sinks.map((label) => `[${label}]${kinds.sink}@${label}`),
    ]
    check(native.parse2(parts.join(';')), `Reading the filters "${graph.filters}"`)
    check(native.configSync(), `Setting up the filters "${graph.filters}"`)
    for (const { label, frame } of waiting.splice(0)) {
      feed(label, frame)
      frame?.free()
    }
  }

  function feed(label: string, frame: Frame | undefined): void {
    const source = pad(`${kinds.source}@${label}`)
    // The frame's data stays the caller's as well, who may push it into a second graph.
    const code = source.buffersrcAddFrameSync(frame ?? null, AV_BUFFERSRC_FLAG_KEEP_REF)
    // A filter such as `trim` has all it wants from this source.
    if (!isEnd(code)) check(code, 'Filtering')
    drain()
  }

  /** Takes one frame of a sink; undefined when none is ready or none will come. */
  function takeOne(label: string): number | undefined {
    const sink = pad(`${kinds.sink}@${label}`)
    out.unref()
    const code = sink.buffersinkGetFrameSync(out)
    if (isAgain(code)) return undefined
    if (isEnd(code)) {
      ended.add(label)
      deliver(label, undefined)
      return undefined
    }
    check(code, 'Filtering')
    deliver(label, { frame: out, sink })
    const base = sink.buffersinkGetTimeBase()
    return (Number(out.pts) * base.num * 1000) / base.den
  }

  function drain(): void {
    for (const label of graph.sinks) {
      while (!ended.has(label) && takeOne(label) !== undefined);
    }
  }

  return {
    push(label, frame) {
      if (native) return feed(label, frame)
      if (frame && !descriptions.has(label)) {
        descriptions.set(
          label,
          describeSource(
            sources.find((source) => source.label === label)!,
            frame,
          ),
        )
      }
      waiting.push({ label, frame: frame ? (frame.clone() ?? undefined) : undefined })
      if (descriptions.size === sources.length) return configure()
      const isHopeless = !frame && !descriptions.has(label)
      if (isHopeless) throw ffmpegErrors.failed(`Nothing could be decoded from the stream for "${label}".`)
    },
    pull() {
      if (!native) configure()
      let newestMs: number | undefined
      for (const label of graph.sinks) if (!ended.has(label)) newestMs = takeOne(label) ?? newestMs
      return newestMs
    },
  }
}

function describeSource(source: Source, frame: Frame): string {
  const { timeBase, avgFrameRate } = source.stream
  const base = `time_base=${timeBase.num}/${timeBase.den}`
  if (source.stream.codecpar.codecType !== AVMEDIA_TYPE_VIDEO) {
    const layout = avChannelLayoutDescribe(frame.channelLayout) ?? `${frame.channels}c`
    return `abuffer@${source.label}=${base}:sample_rate=${frame.sampleRate}:sample_fmt=${avGetSampleFmtName(frame.format as never)}:channel_layout=${layout}[${source.label}]`
  }
  const aspect = frame.sampleAspectRatio
  const rate = avgFrameRate.num > 0 ? `:frame_rate=${avgFrameRate.num}/${avgFrameRate.den}` : ''
  const colour = `:colorspace=${frame.colorSpace}:range=${frame.colorRange}`
  const size = `video_size=${frame.width}x${frame.height}:pix_fmt=${avGetPixFmtName(frame.format as never)}`
  return `buffer@${source.label}=${size}:${base}:pixel_aspect=${aspect.num}/${Math.max(1, aspect.den)}${rate}${colour}[${source.label}]`
}
