import { type MsRange, overlapMs } from '../../kernel/ranges.ts'
import { matchWords } from './match-words.ts'
import { type ScriptWord, syllablesOf } from './script-words.ts'

/** Something heard, with times, as far as it is known. */
export type HeardWord = MsRange & { word: string; confidence: number }

/** A word of the script and, where it was heard, when. `at` is missing where it must be placed between others. */
export type PlacedWord = { script: ScriptWord; at?: MsRange; confidence: number; isUnheard: boolean }

export type PlacedScript = {
  words: PlacedWord[]
  /** Speech that the script does not have: read twice, or said freely. */
  offScript: MsRange[]
  /** 0 to 1: how much of the script was heard. */
  heardShare: number
}

/** Quick speech: less time than this for a syllable, and the word was not said. */
const leastSyllableMs = 55
/** So many words in a row that are not in the script are no slip of the recogniser. */
const offScriptWords = 3

/**
 * Lays a script over what was heard. Words that were heard take their times; stretches of the script for which the
 * sound has no room between its neighbours were not said.
 */
export function placeScript(
  script: readonly ScriptWord[],
  heard: readonly HeardWord[],
  speech: readonly MsRange[],
): PlacedScript {
  const spoken = script.flatMap((word, index) => word.spoken.map((text) => ({ text, index })))
  const match = matchWords(
    spoken.map(({ text }) => text),
    heard.map(({ word }) => word),
  )
  const words: PlacedWord[] = script.map((one) => ({ script: one, confidence: 0, isUnheard: false }))
  spoken.forEach(({ index }, at) => {
    const found = heard[match[at]!]
    if (!found) return
    const word = words[index]!
    const { startMs, endMs } = found
    word.at = word.at
      ? { startMs: word.at.startMs, endMs: Math.max(word.at.endMs, endMs) }
      : { startMs, endMs }
    word.confidence = Math.max(word.confidence, found.confidence)
  })
  markUnheard(words, speech)
  const used = new Set(match)
  return {
    words,
    offScript: findOffScript(heard, used),
    heardShare: match.filter((at) => at >= 0).length / Math.max(1, match.length),
  }
}

function markUnheard(words: PlacedWord[], speech: readonly MsRange[]): void {
  const soundEndMs = speech.at(-1)?.endMs ?? 0
  for (const [from, to] of stretchesWithoutTime(words)) {
    const startMs = words[from - 1]?.at?.endMs ?? 0
    const endMs = words[to]?.at?.startMs ?? soundEndMs
    const roomMs = speech.reduce((sum, run) => sum + overlapMs(run, { startMs, endMs }), 0)
    const stretch = words.slice(from, to)
    const needMs = stretch.reduce((sum, word) => sum + countSyllables(word.script) * leastSyllableMs, 0)
    if (roomMs < needMs) for (const word of stretch) word.isUnheard = true
  }
}

/** `[from, to)` of each stretch of words whose time is not known. */
export function stretchesWithoutTime(words: readonly PlacedWord[]): Array<[number, number]> {
  const found: Array<[number, number]> = []
  for (let from = 0; from < words.length; from++) {
    if (words[from]!.at) continue
    let to = from
    while (to < words.length && !words[to]!.at) to += 1
    found.push([from, to])
    from = to
  }
  return found
}

export function countSyllables(word: ScriptWord): number {
  return word.spoken.reduce((sum, text) => sum + syllablesOf(text), 0)
}

function findOffScript(heard: readonly HeardWord[], used: ReadonlySet<number>): MsRange[] {
  const ranges: MsRange[] = []
  let run: HeardWord[] = []
  const close = () => {
    if (run.length >= offScriptWords) ranges.push({ startMs: run[0]!.startMs, endMs: run.at(-1)!.endMs })
    run = []
  }
  heard.forEach((word, index) => {
    if (used.has(index)) close()
    else run.push(word)
  })
  close()
  return ranges
}

/**
 * Gives words without a time a place in the speech between their neighbours, by syllables. Nothing heard them there,
 * so their confidence is low.
 */
export function spreadWords(words: PlacedWord[], speech: readonly MsRange[], confidence: number): void {
  const soundEndMs = speech.at(-1)?.endMs ?? 0
  const wanted = words.filter((word) => !word.isUnheard)
  for (const [from, to] of stretchesWithoutTime(wanted)) {
    const gap = {
      startMs: wanted[from - 1]?.at?.endMs ?? speech[0]?.startMs ?? 0,
      endMs: wanted[to]?.at?.startMs ?? soundEndMs,
    }
    const stretch = wanted.slice(from, to)
    const total = stretch.reduce((sum, word) => sum + countSyllables(word.script), 0)
    let before = 0
    for (const word of stretch) {
      const after = before + countSyllables(word.script)
      word.at = {
        startMs: placeInSpeech(speech, gap, before / total),
        endMs: placeInSpeech(speech, gap, after / total),
      }
      word.confidence = Math.min(confidence, word.confidence || confidence)
      before = after
    }
  }
}

/** The time at which this share of the speech inside a stretch is over. */
function placeInSpeech(speech: readonly MsRange[], gap: MsRange, share: number): number {
  const inside = speech
    .map((run) => ({ startMs: Math.max(run.startMs, gap.startMs), endMs: Math.min(run.endMs, gap.endMs) }))
    .filter((run) => run.endMs > run.startMs)
  const room = inside.length > 0 ? inside : [gap]
  const total = room.reduce((sum, run) => sum + run.endMs - run.startMs, 0)
  let left = share * total
  for (const run of room) {
    const lengthMs = run.endMs - run.startMs
    if (left <= lengthMs) return run.startMs + left
    left -= lengthMs
  }
  return room.at(-1)!.endMs
}
