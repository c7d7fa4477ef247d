import type { MsRange } from '../../kernel/ranges.ts'
import { formatClock } from '../../kernel/time.ts'
import type { PlacedWord } from './place-script.ts'
import type { TranscribedWord } from './port.ts'

/** Words in order with times that neither run backwards nor past the sound; those that were not heard are left out. */
export function wordsOf(placed: readonly PlacedWord[], durationMs: number): TranscribedWord[] {
  const words: TranscribedWord[] = []
  let atMs = 0
  for (const { script, at, confidence, isUnheard } of placed) {
    if (!at || isUnheard) continue
    const startMs = Math.round(Math.min(Math.max(at.startMs, atMs), durationMs))
    const endMs = Math.round(Math.min(Math.max(at.endMs, startMs), durationMs))
    words.push({ text: script.text, startMs, endMs, confidence: Number(confidence.toFixed(2)) })
    atMs = startMs
  }
  for (const [index, word] of words.entries()) {
    const next = words[index + 1]
    if (next && word.endMs > next.startMs) word.endMs = next.startMs
  }
  return words
}

/** What a person has to know of a script that does not agree with the sound. */
export function notesOf(input: {
  words: readonly PlacedWord[]
  offScript: readonly MsRange[]
  heardShare: number
}): string[] {
  const notes: string[] = []
  if (input.heardShare < 0.4)
    notes.push('Most of the script was not recognised in the sound. Is it the right one?')
  const unheard = input.words.filter(({ isUnheard }) => isUnheard)
  if (unheard.length > 0) {
    const text = unheard.map(({ script }) => script.text).join(' ')
    const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text
    notes.push(
      `${unheard.length} ${unheard.length === 1 ? 'word' : 'words'} of the script were not heard: "${shown}"`,
    )
  }
  for (const { startMs, endMs } of input.offScript.slice(0, 10)) {
    notes.push(
      `From ${formatClock(startMs)} to ${formatClock(endMs)} something is said that the script does not have there.`,
    )
  }
  return notes
}
