import type { MsRange } from '../../kernel/ranges.ts'
import { placeScript, spreadWords } from './place-script.ts'
import type { Transcription } from './port.ts'
import { readScript } from './script-words.ts'
import { notesOf, wordsOf } from './script-result.ts'

/**
 * Takes the words of a script and the times of what an engine heard: for engines that cannot align. Words it did not
 * hear are placed between their neighbours with low confidence; those without room are left out and named in a note.
 */
export function fitScript(heard: Transcription, script: string): Transcription {
  const words = heard.words.flatMap((word) =>
    readScript(word.text).flatMap(({ spoken }) =>
      spoken.map((text) => ({
        word: text,
        startMs: word.startMs,
        endMs: word.endMs,
        confidence: word.confidence,
      })),
    ),
  )
  const speech = joinClose(heard.words)
  const placed = placeScript(readScript(script), words, speech)
  spreadWords(placed.words, speech, 0.3)
  const endMs = heard.words.at(-1)?.endMs ?? 0
  return {
    ...heard,
    isDraft: false,
    words: wordsOf(placed.words, endMs),
    notes: [...heard.notes, ...notesOf(placed)],
  }
}

/** Stretches of words with less than half a second between them. */
function joinClose(words: readonly MsRange[]): MsRange[] {
  const runs: MsRange[] = []
  for (const { startMs, endMs } of words) {
    const last = runs.at(-1)
    if (last && startMs - last.endMs < 500) last.endMs = Math.max(last.endMs, endMs)
    else runs.push({ startMs, endMs })
  }
  return runs
}
