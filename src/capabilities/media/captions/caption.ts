import { z } from 'zod'
import type { MsRange } from '../../../kernel/ranges.ts'
import { formatClock } from '../../../kernel/time.ts'
import { captionErrors } from './errors.ts'

/** A spoken word: when it is heard, and how sure the recogniser is of it, 0 to 1. */
export type Word = MsRange & { text: string; confidence: number }

/** What is on the screen at one time, `[startMs, endMs)`; lines are separated by `\n`. */
export type Cue = MsRange & { text: string; words?: Word[] }

/** From here on a word is taken as heard; below, a person should look at it. */
export const reviewConfidence = 0.7

const ms = z.number().min(0).max(360_000_000)
const wordSchema = z.looseObject({
  text: z.string().max(1000),
  startMs: ms,
  endMs: ms,
  confidence: z.number().min(0).max(1),
})
const wordsSchema = z.array(wordSchema).max(1_000_000)

/** Reads words from JSON: a list, or an object with `words`. Words without text are left out. */
export function readWords(value: unknown): Word[] {
  const isWrapped = typeof value === 'object' && value !== null && 'words' in value
  const read = wordsSchema.safeParse(isWrapped ? value.words : value)
  if (!read.success) {
    const [issue] = read.error.issues
    const [index, field] = issue!.path
    const where =
      index === undefined ? '' : ` at word ${Number(index) + 1}${field ? ` (${String(field)})` : ''}`
    throw captionErrors.badWords(`The words cannot be used${where}: ${issue!.message.toLowerCase()}.`)
  }
  const words = read.data
    .map(({ text, startMs, endMs, confidence }) => ({
      text: text.toWellFormed().replace(/\s+/g, ' ').trim(),
      startMs,
      endMs,
      confidence,
    }))
    .filter(({ text }) => text !== '')
  words.forEach((word, index) => {
    if (word.endMs < word.startMs)
      throw captionErrors.badWords(`${named(word, index)} ends before it starts.`)
    if (index > 0 && word.startMs < words[index - 1]!.startMs)
      throw captionErrors.badWords(`${named(word, index)} starts before the word in front of it.`)
  })
  return words
}

function named(word: Word, index: number): string {
  return `Word ${index + 1} ("${word.text}" at ${formatClock(word.startMs)})`
}

/** The words that a person should check before they are published. */
export function wordsToReview(words: readonly Word[], threshold = reviewConfidence): Word[] {
  return words.filter(({ confidence }) => confidence < threshold)
}

/** Refuses what no player shows as meant: negative, reversed, endless or overlapping times; and no captions at all. */
export function assertCues(cues: readonly Cue[]): void {
  if (cues.length === 0) throw captionErrors.empty('There are no captions.')
  cues.forEach((cue, index) => {
    const { startMs, endMs } = cue
    const name = `Caption ${index + 1}`
    if (!Number.isFinite(startMs) || !Number.isFinite(endMs))
      throw captionErrors.badTimes(`${name} has no time.`)
    if (startMs < 0) throw captionErrors.badTimes(`${name} starts before 0.`)
    if (endMs <= startMs)
      throw captionErrors.badTimes(
        `${name} (${formatClock(startMs)} to ${formatClock(endMs)}) does not end after it starts.`,
      )
    const before = cues[index - 1]
    if (before && startMs < before.endMs)
      throw captionErrors.badTimes(
        `${name} starts at ${formatClock(startMs)}, before caption ${index} ends at ${formatClock(before.endMs)}.`,
      )
  })
}
