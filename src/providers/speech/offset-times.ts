import type { Phrase, WordTime } from './port.ts'

/** A time that belongs to a place in the text of a phrase; without an end it lasts to the next. */
export type OffsetMark = { at: number; startMs: number; endMs?: number }

/**
 * The times of the words of a phrase, from marks at places in its text. Words without a mark get the point between
 * their neighbours; times are put in order and into the sound.
 */
export function timesFromOffsets(
  phrase: Phrase,
  marks: readonly OffsetMark[],
  durationMs: number,
): WordTime[] {
  const sorted = marks.toSorted((a, b) => a.at - b.at || a.startMs - b.startMs)
  let offset = 0
  let next = 0
  let lastEndMs = 0
  return phrase.words.map(({ text }, index) => {
    const end = offset + text.length
    offset = end + (index < phrase.words.length - 1 ? phrase.separator.length : 0)
    const own: OffsetMark[] = []
    while (next < sorted.length && sorted[next]!.at < end) own.push(sorted[next++]!)
    const startMs = clamp(own[0]?.startMs ?? lastEndMs, lastEndMs, durationMs)
    const last = own.at(-1)
    const endsAt = last === undefined ? startMs : (last.endMs ?? sorted[next]?.startMs ?? durationMs)
    lastEndMs = clamp(endsAt, startMs, durationMs)
    return { startMs, endMs: lastEndMs }
  })
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value))
