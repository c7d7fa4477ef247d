import type { WordTime } from './port.ts'

/** Changes the loudness word by word, in place; a change takes 20 ms so that no step is heard. */
export function applyWordGains(
  samples: Float32Array,
  sampleRateHz: number,
  times: readonly WordTime[],
  gainsDb: readonly number[],
): void {
  if (gainsDb.every((gainDb) => gainDb === 0)) return
  const step = 1 / (0.02 * sampleRateHz)
  let word = 0
  let gain = 10 ** (gainsDb[0]! / 20)
  for (let index = 0; index < samples.length; index++) {
    const atMs = (index / sampleRateHz) * 1000
    while (word < times.length - 1 && atMs >= times[word + 1]!.startMs - 10) word++
    const wanted = 10 ** (gainsDb[word]! / 20)
    gain += Math.max(-step, Math.min(step, wanted - gain))
    samples[index] = samples[index]! * gain
  }
}

/** What stress means for an engine that knows loudness alone. */
export const emphasisDb = { reduced: -4, moderate: 2.5, strong: 4.5 } as const
