import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants'
import {
  type CodecContext,
  Filter,
  type FilterContext,
  FilterGraph,
  Frame,
  type Packet,
  type Stream,
  avGetSampleFmtName,
} from 'node-av/lib'
import { hold } from '../../../platform/ffmpeg/av-check.ts'
import { openAudioDecoder } from '../cutter/audio-track.ts'
import type { TimeBase } from '../cutter/cut-plan.ts'
import { check, decode, ticks } from '../cutter/libav.ts'
import { convertTicks } from './target.ts'

/** Sound as the track wants it: rate, and channels as FFmpeg writes a layout. */
export type SoundShape = { sampleRate: number; layout: string }

/** Takes sound of exactly the target's shape, in order, without gaps. */
export type TakeSound = (frame: Frame) => void

/** The sound of one part: decoded, begun on the exact sample, and filled up or cut to the part's length. */
export type PartSound = {
  push(packet: Packet): void
  finish(): void
}

export type PartSoundInput = {
  /** Undefined when the part has no sound: silence is given. */
  stream: Stream | undefined
  /** Time of the first frame, and the clock it counts on. */
  zero: number
  clock: TimeBase
  /** Length in samples of the target's rate. */
  samples: number
  shape: SoundShape
  /** How much louder it is made; 0 leaves it as it is. */
  gainDb?: number
  take: TakeSound
}

export function openPartSound(input: PartSoundInput): PartSound {
  const { stream, shape, samples, gainDb = 0, take } = input
  const decoder = stream && openAudioDecoder(stream)
  let chain: Chain | undefined
  const drain = () => {
    if (!chain) return
    const { sink } = chain
    using frame = new Frame()
    frame.alloc()
    for (;;) {
      const got = sink.buffersinkGetFrameSync(frame)
      if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return
      check(got, 'Preparing the sound')
      take(frame)
      frame.unref()
    }
  }
  const feed = (packet: Packet | null) => {
    if (!stream || !decoder) return
    const { sampleRate } = stream.codecpar
    const clock = { num: 1, den: sampleRate }
    const zero = convertTicks(input.zero, input.clock, clock)
    const timeBase = { num: stream.timeBase.num, den: stream.timeBase.den }
    const last = Math.ceil((samples * sampleRate) / shape.sampleRate)
    decode(decoder, packet, (frame) => {
      const pts = ticks(frame.pts) ?? ticks(frame.bestEffortTimestamp)
      if (pts === undefined) return
      const at = convertTicks(pts, timeBase, clock) - zero
      if (at >= last || at + frame.nbSamples <= 0) return
      chain ??= openDecodedChain(frame, shape, samples, gainDb)
      frame.pts = BigInt(at)
      check(chain.source.buffersrcAddFrameSync(frame), 'Preparing the sound')
      drain()
    })
  }
  return {
    push: feed,
    finish() {
      feed(null)
      if (chain) check(chain.source.buffersrcAddFrameSync(null), 'Preparing the sound')
      else chain = openSilence(shape, samples)
      drain()
      endDecoder(decoder)
    },
  }
}

function endDecoder(decoder: CodecContext | undefined): void {
  decoder?.freeContext()
}

type Chain = { source: FilterContext; sink: FilterContext }

function openDecodedChain(frame: Frame, shape: SoundShape, samples: number, gainDb: number): Chain {
  const { sampleRate, channelLayout } = frame
  const layout = channelLayout.mask
    ? `channel_layout=0x${channelLayout.mask.toString(16)}`
    : `channels=${frame.channels}`
  const format = avGetSampleFmtName(frame.format as never)
  return openChain([
    ['abuffer', `time_base=1/${sampleRate}:sample_rate=${sampleRate}:sample_fmt=${format}:${layout}`],
    // "async=1" only fills gaps and drops overlaps; it never stretches.
    ['aresample', `${shape.sampleRate}:async=1:min_hard_comp=0.005:first_pts=0`],
    ...(gainDb === 0 ? [] : [['volume', `${gainDb}dB`] as [string, string]]),
    ...endSteps(shape, samples),
  ])
}

function openSilence(shape: SoundShape, samples: number): Chain {
  return openChain([
    ['anullsrc', `r=${shape.sampleRate}:cl=${shape.layout}:d=${samples / shape.sampleRate + 1}`],
    ...endSteps(shape, samples),
  ])
}

function endSteps(shape: SoundShape, samples: number): [string, string | null][] {
  return [
    ['apad', `whole_len=${samples}`],
    ['atrim', `end_sample=${samples}`],
    ['aformat', `sample_fmts=fltp:sample_rates=${shape.sampleRate}:channel_layouts=${shape.layout}`],
    ['abuffersink', null],
  ]
}

function openChain(steps: [string, string | null][]): Chain {
  const graph = hold(new FilterGraph())
  graph.alloc()
  const contexts = steps.map(([name, args]) => {
    const filter = Filter.getByName(name)
    const context = filter && graph.createFilter(filter, name, args)
    if (!context) throw new TypeError(`This build of the media library has no filter "${name}"`)
    return hold(context)
  })
  for (let index = 1; index < contexts.length; index++) {
    check(contexts[index - 1]!.link(0, contexts[index]!, 0), 'Preparing the sound')
  }
  check(graph.configSync(), 'Preparing the sound')
  return { source: contexts[0]!, sink: contexts.at(-1)! }
}
