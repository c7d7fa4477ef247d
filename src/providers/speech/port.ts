export const speechFeatures = ['rate', 'pitch', 'emphasis', 'phoneme'] as const

/**
 * What a voice itself must be able to do. Pauses, loudness, substitutes (`sub`) and readings (`say-as`) are done here,
 * alike for every voice.
 */
export type SpeechFeature = (typeof speechFeatures)[number]

export const voiceTiers = ['standard', 'neural', 'long-form', 'generative'] as const
export type VoiceTier = (typeof voiceTiers)[number]

export const voiceGenders = ['female', 'male', 'neutral'] as const
export type VoiceGender = (typeof voiceGenders)[number]

/** How fast a voice speaks at rate 1, without the pauses between sentences. */
export type VoicePace = {
  wordsPerMinute: number
  charactersPerSecond: number
  /** False for a figure taken from similar voices. */
  isMeasured: boolean
}

export type Voice = {
  /** `vendor:name`, with the tier where a vendor has several: `offline:slt`, `polly:Joanna:neural`. */
  id: string
  vendor: string
  /** The vendor's own name of it. */
  name: string
  /** For a person. */
  label: string
  tier: VoiceTier
  /** BCP 47, the main one first, such as `en-US`; or `many` for a voice that takes what it is given. */
  languages: readonly string[] | 'many'
  gender: VoiceGender
  /** What may be done with its speech. */
  licence: string
  can: readonly SpeechFeature[]
  /** `exact`: the engine's own sounds; `marks`: what the service says; `estimated`: worked out from the sound. */
  wordTimes: 'exact' | 'marks' | 'estimated'
  /** Characters that one call may have. */
  maxChars: number
  pace: VoicePace
  /** The row of the price table, by characters. Undefined costs nothing. */
  priceItem?: string
  /** How often the service counts each character: twice where word times are asked for beside the sound. Default 1. */
  billedTimes?: number
  /** The text never leaves this machine. */
  isLocal: boolean
}

export type PhraseWord = {
  /** As it is to be read: the written word with its marks, or its substitute. */
  text: string
  /** IPA, from the markup or a lexicon. */
  phonemes?: string
  emphasis?: 'reduced' | 'moderate' | 'strong'
}

/** Words said in one breath, with one rate and one pitch. The unit of a call. */
export type Phrase = {
  words: readonly PhraseWord[]
  /** BCP 47. */
  language: string
  /** 1 is the voice's own; 0.5 to 2. */
  rate: number
  /** 0 is the voice's own; −6 to 6. */
  pitchSemitones: number
  /** What is between the words: a space, or nothing in scripts without spaces. */
  separator: string
}

export type WordTime = { startMs: number; endMs: number }

export type SpokenPhrase = {
  /** Mono, −1 to 1. */
  samples: Float32Array
  sampleRateHz: number
  /** One for each word of the phrase, in order of time, counted from the first sample. */
  wordTimes: WordTime[]
  timing: Voice['wordTimes']
  /** What the service counts for this call. */
  billedCharacters: number
}

export type SpeakInput = { voice: Voice; phrase: Phrase; signal?: AbortSignal }

/**
 * Turns words into sound.
 *
 * Every vendor promises: a time for every word, in order, inside the sound; a failure is a row of `errors.ts` with its
 * cause; a phrase that asks for more than the voice `can` never comes here; an aborted signal ends the call at once
 * and leaves nothing behind.
 */
export type Speech = {
  name: string
  /** Changes whenever the same phrase would sound different: part of the name under which speech is kept. */
  version: string
  isLocal: boolean
  /** The voices that can speak now. */
  voices(signal?: AbortSignal): Promise<Voice[]>
  speak(input: SpeakInput): Promise<SpokenPhrase>
  /** Ends what it keeps running. */
  close?(): Promise<void>
}

/** Keeps finished sentences by content, so that they are neither spoken nor paid for twice. */
export type SpeechCache = {
  get(key: string): Promise<Buffer | undefined>
  put(key: string, bytes: Buffer): Promise<void>
}
