/** A spoken word as an engine gives it: when it is heard, and how sure the engine is, 0 to 1. */
export type TranscribedWord = { text: string; startMs: number; endMs: number; confidence: number }

export type TranscribeInput = {
  /** Mono, 16 kHz, 16-bit PCM in a WAV file on this machine. Only read. */
  wavPath: string
  /** What is said, in the order it is said, when that is known. Without it the engine listens. */
  script?: string
  /** BCP 47, such as `en` or `de-CH`. Without it engines that can find it out do; the others take English. */
  language?: string
  /**
   * Names the work where an engine keeps jobs of its own: the same key continues the job that was begun, and it is
   * paid for once. Letters, digits, `.`, `_` and `-`; at most 200 characters.
   */
  jobKey: string
  signal?: AbortSignal
  /** 0 to 100. */
  onProgress?: (percent: number) => void
}

export type Transcription = {
  /** In order of time. */
  words: TranscribedWord[]
  /** BCP 47. */
  language: string
  /** `segment`: the engine has times of sentences only, and its words share them. */
  timing: 'word' | 'segment'
  /** Made by guessing: a person must read it before anybody else does. */
  isDraft: boolean
  /** Sentences for that person: what was not heard, what is not in the script. */
  notes: string[]
}

export const engineNames = ['align', 'estimate', 'draft', 'whisper', 'amazon', 'openai'] as const

/**
 * `align`: puts a known script to the sound (pocketsphinx). `estimate`: the same by loudness and syllables alone.
 * `draft`: pocketsphinx without a script. `whisper`: weights in `MODELS_DIR`. `amazon`, `openai`: services.
 */
export type EngineName = (typeof engineNames)[number]

/**
 * Turns sound into words with times.
 *
 * Every vendor promises: words come in order of time and do not reach past the sound; confidence is never made up
 * upwards; a failure is a row of `errors.ts` with its cause; temporary files are gone in the end; an aborted signal
 * ends the work at once and leaves no process behind.
 */
export type Transcriber = {
  name: EngineName
  can: {
    /** Takes a script. The others ignore one, and the caller fits it onto what they heard. */
    align: boolean
    /** Works without a script. */
    recognise: boolean
    /** Languages by their first subtag, or `many`. */
    languages: readonly string[] | 'many'
    /** The sound never leaves this machine. */
    isLocal: boolean
  }
  transcribe(input: TranscribeInput): Promise<Transcription>
}

/** The engines of this machine, and which of them does a job. */
export type Transcribers = {
  /** Those that can be used now, with the best first. */
  list(): Promise<Transcriber[]>
  /**
   * The engine for a job. Fails with `transcribe.noEngine` when there is none, and with `transcribe.engineMissing` or
   * `transcribe.needsScript` when the one that was wished for cannot do it.
   */
  choose(wish: { engine?: EngineName; hasScript: boolean; language?: string }): Promise<Transcriber>
}
