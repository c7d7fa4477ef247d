import { createHash } from 'node:crypto'
import type { Phrase, SpeechFeature } from './port.ts'
import type { PlannedWord, ScriptItem } from './script-item.ts'
import type { LexiconEntry } from './script.ts'
import { splitSentences } from './split-sentences.ts'

/** A part of a sentence that is spoken by one call, and the silence after it. */
export type PlannedPhrase = { phrase: Phrase; words: PlannedWord[]; pauseAfterMs: number }

export type PlannedSentence = {
  /** As it is written. */
  text: string
  phrases: PlannedPhrase[]
  /** Silence after the sentence, beside what the markup asks for. */
  gapAfterMs: number
  endsParagraph: boolean
}

export type SpeechPlan = { sentences: PlannedSentence[]; needs: SpeechFeature[]; leadMs: number }

export type Pauses = { betweenSentencesMs: number; betweenParagraphsMs: number }
export const defaultPauses: Pauses = { betweenSentencesMs: 320, betweenParagraphsMs: 700 }

type Unit = { kind: 'word'; word: PlannedWord; glue: string } | { kind: 'pause'; ms: number }

/**
 * Turns a script into sentences, and each sentence into phrases: cut where the rate or the pitch changes, at pauses,
 * and where a phrase would have more than `maxChars`. A word of the lexicon is said as it says.
 */
export function planSpeech(
  items: readonly ScriptItem[],
  options: {
    language: string
    maxChars: number
    lexicon?: readonly LexiconEntry[]
    pauses?: Partial<Pauses>
  },
): SpeechPlan {
  const pauses = { ...defaultPauses, ...options.pauses }
  const lexicon = new Map((options.lexicon ?? []).map((entry) => [entry.word.toLowerCase(), entry]))
  const sentences: PlannedSentence[] = []
  let leadMs = 0
  for (const { units, endsParagraph } of splitSentences(items, options.language)) {
    const said = units.map((unit) =>
      unit.kind === 'word' ? { ...unit, word: withLexicon(unit.word, lexicon) } : unit,
    )
    const phrases = phrasesOf(said, options)
    const alone = said.reduce((sum, unit) => sum + (unit.kind === 'pause' ? unit.ms : 0), 0)
    const previous = sentences.at(-1)
    if (phrases.length === 0) {
      if (previous) previous.gapAfterMs += alone
      else leadMs += alone
      if (previous && endsParagraph) endParagraph(previous, pauses)
      continue
    }
    const leading = said[0]?.kind === 'pause' ? said[0].ms : 0
    if (previous) previous.gapAfterMs += leading
    else leadMs += leading
    const text = said.reduce(
      (sum, unit) => (unit.kind === 'word' ? sum + unit.word.written + unit.glue : sum),
      '',
    )
    const sentence = {
      text: text.trim(),
      phrases,
      gapAfterMs: pauses.betweenSentencesMs,
      endsParagraph: false,
    }
    if (endsParagraph) endParagraph(sentence, pauses)
    sentences.push(sentence)
  }
  return { sentences, needs: needsOf(sentences), leadMs }
}

function endParagraph(sentence: PlannedSentence, pauses: Pauses): void {
  if (sentence.endsParagraph) return
  sentence.endsParagraph = true
  sentence.gapAfterMs += pauses.betweenParagraphsMs - pauses.betweenSentencesMs
}

function withLexicon(word: PlannedWord, lexicon: ReadonlyMap<string, LexiconEntry>): PlannedWord {
  if (lexicon.size === 0 || word.phonemes !== undefined || word.text !== word.written) return word
  const [, before = '', bare = '', after = ''] =
    /^([^\p{L}\p{N}]*)(.*?)((?:['’]s)?[^\p{L}\p{N}]*)$/su.exec(word.written) ?? []
  const entry = lexicon.get(bare.toLowerCase())
  if (!entry) return word
  if (entry.ipa !== undefined) return { ...word, phonemes: entry.ipa }
  return entry.sayAs === undefined ? word : { ...word, text: `${before}${entry.sayAs}${after}` }
}

function phrasesOf(
  units: readonly Unit[],
  { language, maxChars }: { language: string; maxChars: number },
): PlannedPhrase[] {
  const phrases: PlannedPhrase[] = []
  let words: PlannedWord[] = []
  let glues: string[] = []
  const finish = (pauseAfterMs: number) => {
    const last = phrases.at(-1)
    if (words.length === 0) {
      if (last) last.pauseAfterMs += pauseAfterMs
      return
    }
    for (const [at, piece] of cutLong(words, maxChars).entries()) {
      if (at > 0) phrases.at(-1)!.pauseAfterMs = 0
      phrases.push({ phrase: phraseOf(piece, language, glues), words: piece, pauseAfterMs: 0 })
    }
    phrases.at(-1)!.pauseAfterMs = pauseAfterMs
    words = []
    glues = []
  }
  for (const unit of units) {
    if (unit.kind === 'pause') {
      finish(unit.ms)
      continue
    }
    const style = words.at(-1)?.style
    if (
      style &&
      (style.rate !== unit.word.style.rate || style.pitchSemitones !== unit.word.style.pitchSemitones)
    )
      finish(0)
    words.push(unit.word)
    glues.push(unit.glue)
  }
  finish(0)
  return phrases
}

function phraseOf(words: readonly PlannedWord[], language: string, glues: readonly string[]): Phrase {
  const { rate, pitchSemitones } = words[0]!.style
  return {
    words: words.map(({ text, phonemes, style }) => ({
      text,
      ...(phonemes === undefined ? {} : { phonemes }),
      ...(style.emphasis === undefined ? {} : { emphasis: style.emphasis }),
    })),
    language,
    rate: Math.round(rate * 1000) / 1000,
    pitchSemitones: Math.round(pitchSemitones * 100) / 100,
    separator: glues.slice(0, -1).every((glue) => glue === '') && words.length > 1 ? '' : ' ',
  }
}

/** Cuts after a comma or the like where there is one in the second half, otherwise between words. */
function cutLong(words: PlannedWord[], maxChars: number): PlannedWord[][] {
  const lengthOf = (part: readonly PlannedWord[]) => part.reduce((sum, word) => sum + word.text.length + 1, 0)
  if (lengthOf(words) <= maxChars || words.length === 1) return [words]
  let end = 1
  while (end < words.length && lengthOf(words.slice(0, end + 1)) <= maxChars) end++
  const comma = words.findLastIndex(
    (word, at) => at < end && at >= end / 2 && /[,;:—–、，；]$/u.test(word.text),
  )
  const cut = comma === -1 ? end : comma + 1
  return [words.slice(0, cut), ...cutLong(words.slice(cut), maxChars)]
}

function needsOf(sentences: readonly PlannedSentence[]): SpeechFeature[] {
  const needs = new Set<SpeechFeature>()
  for (const { phrases } of sentences) {
    for (const { phrase } of phrases) {
      if (phrase.rate !== 1) needs.add('rate')
      if (phrase.pitchSemitones !== 0) needs.add('pitch')
      for (const word of phrase.words) {
        if (word.phonemes !== undefined) needs.add('phoneme')
        if (word.emphasis !== undefined) needs.add('emphasis')
      }
    }
  }
  return [...needs]
}

/**
 * The name of a spoken sentence: everything that changes its sound and nothing else, so that a script in which another
 * sentence changed finds this one again.
 */
export function sentenceKey(
  speech: { name: string; version: string },
  voiceId: string,
  sentence: PlannedSentence,
): string {
  const sound = sentence.phrases.map(({ phrase, words, pauseAfterMs }) => ({
    phrase,
    volumes: words.map(({ style }) => style.volumeDb),
    pauseAfterMs,
  }))
  return createHash('sha256')
    .update(JSON.stringify([2, speech.name, speech.version, voiceId, sound]))
    .digest('hex')
}
