import { Filter, FilterGraph, Frame } from 'node-av/lib'
import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants'
import { hold } from '../../../platform/ffmpeg/av-check.ts'
import type { MediaChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import { check } from '../cutter/libav.ts'
import { openPartSound } from './part-sound.ts'
import { readPart } from './read-part.ts'
import { type ScannedPart, lengthMs, openPart } from './scan-part.ts'

/** What loudness the parts are brought to: that of the first one with sound, a number of LUFS, or none ("keep"). */
export type LoudnessWish = 'match' | 'keep' | number

export type Loudness = { lufs: number; peak: number }

/** People do not hear less; what differs less is left as it is. */
const heardLu = 1
/** −1 dBFS: an encoder overshoots a little. */
const highestPeak = 0.891
const mostGainDb = 20
const shape = { sampleRate: 48_000, layout: 'stereo' }

/**
 * Measures the parts and sets the gain of those that are heard to be louder or quieter than they should be.
 * Silent parts stay silent, and no part is made so loud that it clips.
 */
export async function conformLoudness(
  parts: readonly ScannedPart[],
  wish: LoudnessWish,
  tools: MediaChildTools,
): Promise<ScannedPart[]> {
  if (wish === 'keep' || (wish === 'match' && parts.length < 2)) return [...parts]
  const measured: (Loudness | undefined)[] = []
  for (const part of parts) measured.push(part.sound ? await measurePart(part, tools) : undefined)
  const targetLufs = wish === 'match' ? measured.find((one) => one !== undefined)?.lufs : wish
  return parts.map((part, index) => {
    const loudness = measured[index]
    const gainDb = loudness && targetLufs !== undefined ? gainFor(loudness, targetLufs) : 0
    return { ...part, job: { ...part.job, gainDb } }
  })
}

/** How much louder a part has to become, in dB; pure. */
export function gainFor({ lufs, peak }: Loudness, targetLufs: number): number {
  const wanted = Math.min(mostGainDb, targetLufs - lufs)
  if (Math.abs(wanted) < heardLu) return 0
  const room = peak > 0 ? 20 * Math.log10(highestPeak / peak) : mostGainDb
  return Math.round((wanted < 0 ? wanted : Math.max(0, Math.min(wanted, room))) * 100) / 100
}

/** Integrated loudness by EBU R 128 and the highest sample of a part; undefined when it is silent or too short to tell. */
async function measurePart(part: ScannedPart, tools: MediaChildTools): Promise<Loudness | undefined> {
  const source = openPart(part.job.sourcePath)
  const meter = openMeter()
  const sound = openPartSound({
    stream: source.audio[0],
    zero: part.pts[0]!,
    clock: part.timeBase,
    samples: Math.round((lengthMs(part) * shape.sampleRate) / 1000),
    shape,
    take: meter.push,
  })
  await readPart(source, part, {
    onSound: (packet) => sound.push(packet),
    onShare: () => tools.progress({}),
  })
  sound.finish()
  const { lufs, peak } = meter.finish()
  // The meter's own gate is at −70 LUFS.
  return Number.isFinite(lufs) && lufs > -69 ? { lufs, peak } : undefined
}

function openMeter() {
  const graph = hold(new FilterGraph())
  graph.alloc()
  const add = (name: string, args: string | null) => {
    const filter = Filter.getByName(name)
    const context = filter && graph.createFilter(filter, name, args)
    if (!context) throw new TypeError(`This build of the media library has no filter "${name}"`)
    return hold(context)
  }
  const { sampleRate, layout } = shape
  const source = add(
    'abuffer',
    `time_base=1/${sampleRate}:sample_rate=${sampleRate}:sample_fmt=fltp:channel_layout=${layout}`,
  )
  const meter = add('ebur128', 'metadata=1:framelog=quiet')
  const sink = add('abuffersink', null)
  check(source.link(0, meter, 0), 'Measuring the loudness')
  check(meter.link(0, sink, 0), 'Measuring the loudness')
  check(graph.configSync(), 'Measuring the loudness')
  let lufs = Number.NEGATIVE_INFINITY
  let peak = 0
  let at = 0
  const drain = () => {
    using frame = new Frame()
    frame.alloc()
    for (;;) {
      const got = sink.buffersinkGetFrameSync(frame)
      if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return
      check(got, 'Measuring the loudness')
      const value = frame.getMetadata().get('lavfi.r128.I')
      if (value !== null && value !== undefined) lufs = Number(value)
      frame.unref()
    }
  }
  return {
    push(frame: Frame) {
      const bytes = frame.toBuffer()
      for (let byte = 0; byte + 4 <= bytes.length; byte += 4) {
        peak = Math.max(peak, Math.abs(bytes.readFloatLE(byte)))
      }
      frame.pts = BigInt(at)
      at += frame.nbSamples
      check(source.buffersrcAddFrameSync(frame), 'Measuring the loudness')
      drain()
    },
    finish() {
      check(source.buffersrcAddFrameSync(null), 'Measuring the loudness')
      drain()
      return { lufs, peak }
    },
  }
}
