import { type MsRange, rangeLengthMs } from '../../kernel/ranges.ts'

/** Length of a chunk: 512 samples at 16 kHz. */
export const chunkMs = 32

/** The limits that Silero recommends. */
const rules = { from: 0.5, until: 0.35, leastSpeechMs: 250, leastSilenceMs: 100, padMs: 30 }

/** Stretches in which somebody speaks, from the likelihood of every 32 ms. Pure. */
export function voiceRanges(likelihoods: ArrayLike<number>, durationMs: number): MsRange[] {
  const raw: MsRange[] = []
  let startMs: number | undefined
  let quietSinceMs: number | undefined
  const close = (endMs: number) => {
    if (startMs !== undefined) raw.push({ startMs, endMs })
    startMs = undefined
    quietSinceMs = undefined
  }
  for (let index = 0; index < likelihoods.length; index++) {
    const atMs = index * chunkMs
    const likelihood = likelihoods[index]!
    if (likelihood >= rules.from) {
      startMs ??= atMs
      quietSinceMs = undefined
    } else if (startMs !== undefined && likelihood < rules.until) {
      quietSinceMs ??= atMs
      if (atMs + chunkMs - quietSinceMs >= rules.leastSilenceMs) close(quietSinceMs)
    }
  }
  close(quietSinceMs ?? likelihoods.length * chunkMs)
  const speech = raw.filter((range) => rangeLengthMs(range) >= rules.leastSpeechMs)
  return speech.map((range, index) => {
    const before = speech[index - 1]
    const next = speech[index + 1]
    // Two stretches that are close share the pause between them.
    const leadMs = before ? Math.min(rules.padMs, (range.startMs - before.endMs) / 2) : rules.padMs
    const tailMs = next ? Math.min(rules.padMs, (next.startMs - range.endMs) / 2) : rules.padMs
    return { startMs: Math.max(0, range.startMs - leadMs), endMs: Math.min(durationMs, range.endMs + tailMs) }
  })
}
