import type { PhraseWord } from './port.ts'

/** How a piece of text is to be said. */
export type Style = {
  rate: number
  pitchSemitones: number
  volumeDb: number
  emphasis?: 'reduced' | 'moderate' | 'strong'
}

export const plainStyle: Style = { rate: 1, pitchSemitones: 0, volumeDb: 0 }

export type ScriptItem =
  | { kind: 'text'; text: string; style: Style }
  /** Text that is said as something else, or in a given way: one thing that is never cut. */
  | { kind: 'reading'; text: string; spoken?: string; phonemes?: string; style: Style }
  | { kind: 'pause'; ms: number }
  | { kind: 'sentenceEnd' }
  | { kind: 'paragraphEnd' }

/** A word of the script: as it is written, and as it is to be said. */
export type PlannedWord = PhraseWord & { written: string; style: Style }
