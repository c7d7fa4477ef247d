import type { PhraseWord, WordTime } from './port.ts'

const frameMs = 10
const shortestPauseMs = 90

/**
 * Times of words worked out from the sound alone: long words take long, and the pauses that are heard are put where
 * the text has its marks. For engines that say nothing about time; usually right within a fifth of a second.
 */
export function estimateWordTimes(
  samples: Float32Array,
  sampleRateHz: number,
  words: readonly PhraseWord[],
): WordTime[] {
  const { startMs, endMs, pauses } = pausesIn(samples, sampleRateHz)
  const groups = groupByMarks(words)
  const wanted = groups.length - 1
  const chosen = pauses
    .toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))
    .slice(0, wanted)
    .toSorted((a, b) => a.startMs - b.startMs)
  if (chosen.length < wanted) return spread(words, startMs, endMs)
  let fromMs = startMs
  return groups.flatMap((group, index) => {
    const pause = chosen[index]
    const times = spread(group, fromMs, pause?.startMs ?? endMs)
    fromMs = pause?.endMs ?? endMs
    return times
  })
}

/** Puts words side by side between two times, by how much there is to say of each. */
function spread(words: readonly PhraseWord[], startMs: number, endMs: number): WordTime[] {
  const weights = words.map(({ text }) => weightOf(text))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let done = 0
  return weights.map((weight) => {
    const from = startMs + ((endMs - startMs) * done) / total
    done += weight
    return { startMs: from, endMs: startMs + ((endMs - startMs) * done) / total }
  })
}

/** Vowels make length, other letters some; a digit is a whole word. */
function weightOf(text: string): number {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const vowels = plain.match(/[aeiouyаеёиоуыэюяαεηιουω]+/gu)?.length ?? 0
  const digits = plain.match(/\d/g)?.length ?? 0
  const letters = plain.match(/\p{L}/gu)?.length ?? 0
  return 1 + vowels * 2 + digits * 4 + (letters - vowels) * 0.6
}

function groupByMarks(words: readonly PhraseWord[]): PhraseWord[][] {
  const groups: PhraseWord[][] = [[]]
  words.forEach((word, index) => {
    groups.at(-1)!.push(word)
    if (index < words.length - 1 && /[,;:.!?…—–、，。；：！？]["'”’)\]]*$/u.test(word.text)) groups.push([])
  })
  return groups
}

/** Where there is sound, and the pauses within. Quiet is 35 dB under the loudest 10 ms. */
function pausesIn(samples: Float32Array, sampleRateHz: number) {
  const frame = Math.max(1, Math.round((sampleRateHz * frameMs) / 1000))
  const powers: number[] = []
  for (let at = 0; at < samples.length; at += frame) {
    const part = samples.subarray(at, at + frame)
    powers.push(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length)
  }
  const quiet = Math.max(...powers, 1e-12) * 10 ** -3.5
  const first = Math.max(
    0,
    powers.findIndex((power) => power > quiet),
  )
  const last = Math.max(
    first,
    powers.findLastIndex((power) => power > quiet),
  )
  const pauses: WordTime[] = []
  for (let at = first; at <= last; at++) {
    if (powers[at]! > quiet) continue
    const begin = at
    while (at < last && powers[at]! <= quiet) at++
    if ((at - begin) * frameMs >= shortestPauseMs)
      pauses.push({ startMs: begin * frameMs, endMs: at * frameMs })
  }
  return {
    startMs: first * frameMs,
    endMs: Math.min((last + 1) * frameMs, (samples.length / sampleRateHz) * 1000),
    pauses,
  }
}
