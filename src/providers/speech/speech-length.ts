import type { PlannedSentence, SpeechPlan } from './plan-speech.ts'
import type { Voice } from './port.ts'

export type SpeechLength = { durationMs: number; words: number; characters: number; sentences: number }

/**
 * How long a plan will take with a voice, from the voice's measured pace and the planned pauses. Within a tenth for
 * measured voices and a few sentences or more.
 */
export function estimateLength(plan: SpeechPlan, voice: Voice): SpeechLength {
  let durationMs = plan.leadMs
  let words = 0
  let characters = 0
  plan.sentences.forEach((sentence, index) => {
    for (const { phrase, pauseAfterMs } of sentence.phrases) {
      const length = phrase.words.reduce(
        (sum, word) => sum + spokenLength(word.text) + phrase.separator.length,
        0,
      )
      words += phrase.words.length
      characters += length
      durationMs += (length / voice.pace.charactersPerSecond / phrase.rate) * 1000 + pauseAfterMs
    }
    if (index < plan.sentences.length - 1) durationMs += sentence.gapAfterMs
  })
  return { durationMs: Math.round(durationMs), words, characters, sentences: plan.sentences.length }
}

/** Characters as they are said: a digit is read as a word of about five letters. */
function spokenLength(text: string): number {
  return text.length + (text.match(/\d/g)?.length ?? 0) * 4
}

/** How many words fit a time with a voice: what a script is written for. A pause every 14 words is taken off. */
export function wordsThatFit(durationMs: number, voice: Voice, pauseMs = 320): number {
  const wordMs = 60_000 / voice.pace.wordsPerMinute + pauseMs / 14
  return Math.max(0, Math.floor(durationMs / wordMs))
}

/** Characters that a service is sent for a sentence at most: what is reserved before it is asked. */
export function sentCharacters(sentence: PlannedSentence, voice: Voice): number {
  const characters = sentence.phrases.reduce(
    (sum, { phrase }) =>
      sum + phrase.words.reduce((length, word) => length + word.text.length + phrase.separator.length, 0),
    0,
  )
  return characters * (voice.billedTimes ?? 1)
}
