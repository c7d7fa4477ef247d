import type { MediaEngine } from '../../../platform/ffmpeg/engine.ts'
import type { MediaPlan } from '../../../platform/ffmpeg/plan.ts'

export const targetLufs = -14
const ceilingDb = -1.5

/** Measures the loudness of a sound file by EBU R 128. */
export function loudnessPlan(path: string): MediaPlan {
  return {
    inputs: [{ path }],
    graphs: [
      {
        media: 'audio',
        sources: [{ label: 'in', input: 0, stream: 'a:0' }],
        filters: '[in]ebur128=metadata=1[out]',
        sinks: ['out'],
      },
    ],
    outputs: [{ kind: 'metadata', from: 'out', media: 'audio', keys: ['lavfi.r128.I'], everyMs: 1_000 }],
    threads: 1,
  }
}

/** Encodes sound with a gain and a limiter that holds the true peak: the limiter works at four times the rate. */
export function soundPlan(path: string, outPath: string, gainDb: number): MediaPlan {
  const limit = 10 ** (ceilingDb / 20)
  const filters = `[in]volume=${gainDb.toFixed(2)}dB,aresample=192000,alimiter=limit=${limit.toFixed(4)}:level=0:attack=3:release=60,aresample=48000,aformat=sample_fmts=fltp:channel_layouts=stereo,asetnsamples=n=1024:p=0[out]`
  return {
    inputs: [{ path }],
    graphs: [
      { media: 'audio', sources: [{ label: 'in', input: 0, stream: 'a:0' }], filters, sinks: ['out'] },
    ],
    outputs: [
      {
        kind: 'file',
        path: outPath,
        muxer: 'mp4',
        streams: [{ kind: 'encode', from: 'out', media: 'audio', encoder: 'aac', options: { b: '160000' } }],
      },
    ],
    threads: 1,
  }
}

/** Brings a mix to −14 LUFS and encodes it as AAC. A silent mix stays silent. Returns its loudness before. */
export async function encodeSound(
  engine: MediaEngine,
  input: { mixPath: string; outPath: string; signal?: AbortSignal },
): Promise<{ measuredLufs: number; gainDb: number }> {
  const measured = await engine.run(loudnessPlan(input.mixPath), { signal: input.signal })
  const [loudness] = measured.outputs
  const values = loudness?.kind === 'metadata' ? (loudness.values['lavfi.r128.I'] ?? []) : []
  // The last, incomplete window carries no value.
  const measuredLufs = values.findLast((value) => Number.isFinite(value)) ?? -70
  const gainDb = measuredLufs <= -69 ? 0 : Math.min(30, targetLufs - measuredLufs)
  await engine.run(soundPlan(input.mixPath, input.outPath, gainDb), { signal: input.signal })
  return { measuredLufs, gainDb }
}
