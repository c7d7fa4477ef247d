import {
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AV_CHANNEL_ORDER_NATIVE,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLTP,
} from 'node-av/constants'
import {
  Codec,
  CodecContext,
  CodecParameters,
  Filter,
  type FilterContext,
  FilterGraph,
  Frame,
  type Packet,
  Rational,
  avGetSampleFmtName,
} from 'node-av/lib'
import { check, encode } from './libav.ts'
import type { TimeBase } from './cut-plan.ts'

const aacRates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
]
const bitsPerSecondPerChannel = 96_000

export type AudioEncoding = {
  parameters: CodecParameters
  timeBase: TimeBase
  /**
   * Takes decoded sound whose first sample lies `atSample` samples after the clip's zero (may be negative). What is
   * outside `[0, endSample)` is dropped and gaps become silence.
   */
  push(frame: Frame, atSample: number, endSample: number, emit: (packet: Packet) => void): void
  finish(emit: (packet: Packet) => void): void
}

/** Encodes one sound track to AAC, with the rate and the channels of the source where AAC has them. */
export function openAudioEncoding(source: CodecParameters): AudioEncoding {
  const rate = aacRates.includes(source.sampleRate) ? source.sampleRate : 48_000
  const encoder = openEncoder(source, rate)
  const parameters = new CodecParameters()
  parameters.alloc()
  check(parameters.fromContext(encoder), 'Describing the sound')
  let chain: Chain | undefined

  const drain = (from: Chain, emit: (packet: Packet) => void) => {
    using frame = new Frame()
    frame.alloc()
    for (;;) {
      const got = from.sink.buffersinkGetFrameSync(frame)
      if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return
      check(got, 'Preparing the sound')
      encode(encoder, frame, emit)
      frame.unref()
    }
  }
  return {
    parameters,
    timeBase: { num: 1, den: rate },
    push(frame, atSample, endSample, emit) {
      if (atSample >= endSample) return
      chain ??= openChain(frame, encoder, endSample)
      frame.pts = BigInt(atSample)
      check(chain.source.buffersrcAddFrameSync(frame), 'Preparing the sound')
      drain(chain, emit)
    },
    finish(emit) {
      if (chain) {
        check(chain.source.buffersrcAddFrameSync(null), 'Preparing the sound')
        drain(chain, emit)
        chain.graph.free()
      }
      encode(encoder, null, emit)
      encoder.freeContext()
    },
  }
}

function openEncoder(source: CodecParameters, rate: number): CodecContext {
  const codec = Codec.findEncoderByName('aac' as Parameters<typeof Codec.findEncoderByName>[0])
  if (!codec) throw new TypeError('This build of the media library has no AAC encoder')
  const encoder = new CodecContext()
  encoder.allocContext3(codec)
  encoder.sampleFormat = AV_SAMPLE_FMT_FLTP
  encoder.sampleRate = rate
  // AAC has layouts for up to 8 channels; a track without a known layout counts as its plain default.
  encoder.channelLayout =
    source.channels <= 8 && source.channelLayout.mask ? source.channelLayout : stereoOrMono(source)
  encoder.bitRate = BigInt(bitsPerSecondPerChannel * encoder.channelLayout.nbChannels)
  encoder.timeBase = new Rational(1, rate)
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  check(encoder.open2Sync(codec, null), 'Opening the AAC encoder')
  return encoder
}

function stereoOrMono(source: CodecParameters): CodecParameters['channelLayout'] {
  return source.channels === 1
    ? { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n }
    : { nbChannels: 2, order: AV_CHANNEL_ORDER_NATIVE, mask: 3n }
}

type Chain = { graph: FilterGraph; source: FilterContext; sink: FilterContext }

/** Sound as it comes → on the clip's clock without gaps → the encoder's format, rate and frame size. */
function openChain(frame: Frame, encoder: CodecContext, endSample: number): Chain {
  const graph = new FilterGraph()
  graph.alloc()
  const { sampleRate, channelLayout } = frame
  const layout = channelLayout.mask
    ? `channel_layout=0x${channelLayout.mask.toString(16)}`
    : `channels=${frame.channels}`
  const add = (name: string, args: string | null): FilterContext => {
    const filter = Filter.getByName(name)
    const context = filter && graph.createFilter(filter, name, args)
    if (!context) throw new TypeError(`This build of the media library has no filter "${name}"`)
    return context
  }
  const end = Math.round((endSample * encoder.sampleRate) / sampleRate)
  const outLayout = `0x${encoder.channelLayout.mask.toString(16)}`
  const chain = [
    add(
      'abuffer',
      `time_base=1/${sampleRate}:sample_rate=${sampleRate}:sample_fmt=${avGetSampleFmtName(frame.format as never)}:${layout}`,
    ),
    // "async=1" only fills gaps and drops overlaps; it never stretches.
    add('aresample', `${encoder.sampleRate}:async=1:min_hard_comp=0.005:first_pts=0`),
    add('atrim', `end_sample=${end}`),
    add('aformat', `sample_fmts=fltp:sample_rates=${encoder.sampleRate}:channel_layouts=${outLayout}`),
    add('asetnsamples', `n=${encoder.frameSize || 1024}:p=0`),
    add('abuffersink', null),
  ]
  for (let index = 1; index < chain.length; index++) {
    check(chain[index - 1]!.link(0, chain[index]!, 0), 'Preparing the sound')
  }
  check(graph.configSync(), 'Preparing the sound')
  return { graph, source: chain[0]!, sink: chain.at(-1)! }
}
