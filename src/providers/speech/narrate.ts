import { open } from 'node:fs/promises'
import { speechErrors } from './errors.ts'
import { type PlannedSentence, sentenceKey, type SpeechPlan } from './plan-speech.ts'
import type { Speech, SpeechCache, SpeechFeature, Voice } from './port.ts'
import { outputRateHz, speakSentence, type SpokenSentence } from './speak-sentence.ts'
import { packSentence, unpackSentence } from './spoken-sentence-file.ts'
import { wavHeader } from './wave.ts'

export type NarratedWord = { text: string; startMs: number; endMs: number }

export type NarratedSentence = {
  text: string
  startMs: number
  endMs: number
  /** Names the sound of the sentence. Equal keys are equal bytes. */
  key: string
  isFromCache: boolean
  words: NarratedWord[]
}

export type Narration = {
  durationMs: number
  sentences: NarratedSentence[]
  /** The least exact of what was spoken. */
  timing: Voice['wordTimes']
  /** Characters that were sent to be spoken now. What came from the cache is not in it. */
  billedCharacters: number
}

export type NarrateInput = {
  speech: Speech
  voice: Voice
  plan: SpeechPlan
  /** Where the WAV file goes: mono, 48 kHz, 16 bits. */
  outPath: string
  cache?: SpeechCache
  /** After each sentence that was spoken and not found: the place to settle what it cost. */
  onSpoken?: (sentence: { key: string; billedCharacters: number }) => Promise<void>
  /** 0 to 100. */
  onProgress?: (percent: number) => void
  signal?: AbortSignal
}

const tailMs = 200

/**
 * Speaks a plan into a WAV file, sentence by sentence; several are under way at once with a service. Sentences that
 * are in the cache are taken from there. Fails with `speech.markupNotSpoken` before anything is spoken when the voice
 * cannot do what the script asks; memory does not grow with the length.
 */
export async function narrate(input: NarrateInput): Promise<Narration> {
  const { speech, voice, plan, outPath, signal } = input
  assertCan(voice, plan.needs)
  const atOnce = speech.isLocal ? 1 : 4
  const file = await open(outPath, 'w')
  const underWay: Array<ReturnType<typeof sentenceSound>> = []
  try {
    let dataBytes = 0
    const silence = async (ms: number) => {
      dataBytes += await write(file, Buffer.alloc(Math.round((ms / 1000) * outputRateHz) * 2))
    }
    await file.write(wavHeader(0, outputRateHz))
    await silence(plan.leadMs)
    const sentences: NarratedSentence[] = []
    let timing: Voice['wordTimes'] = 'exact'
    let billedCharacters = 0
    for (const [index, sentence] of plan.sentences.entries()) {
      while (underWay.length < atOnce && index + underWay.length < plan.sentences.length) {
        const sound = sentenceSound(input, plan.sentences[index + underWay.length]!)
        // Its failure is met when its turn comes; until then it must not end the process.
        sound.catch(() => undefined)
        underWay.push(sound)
      }
      const { spoken, key, isFromCache } = await underWay.shift()!
      signal?.throwIfAborted()
      const startMs = (dataBytes / 2 / outputRateHz) * 1000
      dataBytes += await write(file, spoken.pcm)
      sentences.push({
        text: sentence.text,
        startMs,
        endMs: (dataBytes / 2 / outputRateHz) * 1000,
        key,
        isFromCache,
        words: wordsOf(sentence, spoken, startMs),
      })
      if (spoken.timing !== 'exact') timing = spoken.timing
      if (!isFromCache) billedCharacters += spoken.billedCharacters
      await silence(index < plan.sentences.length - 1 ? sentence.gapAfterMs : tailMs)
      input.onProgress?.(((index + 1) / plan.sentences.length) * 100)
    }
    await file.write(wavHeader(dataBytes, outputRateHz), 0, 44, 0)
    return { durationMs: (dataBytes / 2 / outputRateHz) * 1000, sentences, timing, billedCharacters }
  } finally {
    // What was begun is paid for: it is waited for, kept and accounted even when another sentence failed.
    await Promise.allSettled(underWay)
    await file.close()
  }
}

async function write(file: Awaited<ReturnType<typeof open>>, bytes: Buffer): Promise<number> {
  await file.writeFile(bytes)
  return bytes.length
}

async function sentenceSound(input: NarrateInput, sentence: PlannedSentence) {
  const { speech, voice, cache, signal } = input
  const key = sentenceKey(speech, voice.id, sentence)
  const kept = await cache?.get(key)
  const words = sentence.phrases.reduce((sum, phrase) => sum + phrase.words.length, 0)
  const known = kept && unpackSentence(kept, words)
  if (known) return { spoken: known, key, isFromCache: true }
  const spoken = await speakSentence(speech, voice, sentence, signal)
  await cache?.put(key, packSentence(spoken))
  await input.onSpoken?.({ key, billedCharacters: spoken.billedCharacters })
  return { spoken, key, isFromCache: false }
}

function wordsOf(sentence: PlannedSentence, spoken: SpokenSentence, startMs: number): NarratedWord[] {
  return sentence.phrases
    .flatMap(({ words }) => words)
    .map(({ written }, index) => {
      const time = spoken.wordTimes[index]!
      return { text: written, startMs: startMs + time.startMs, endMs: startMs + time.endMs }
    })
}

const asks: Record<SpeechFeature, string> = {
  rate: 'speak at another rate',
  pitch: 'speak at another pitch',
  emphasis: 'stress single words',
  phoneme: 'follow phonemes',
}

/** Fails with `speech.markupNotSpoken` when a plan asks for more than the voice can do. */
export function assertCan(voice: Voice, needs: readonly SpeechFeature[]): void {
  const missing = needs.filter((need) => !voice.can.includes(need))
  if (missing.length === 0) return
  const what = missing.map((need) => asks[need]).join(' or ')
  throw speechErrors.markupNotSpoken(`The voice ${voice.label} (${voice.id}) cannot ${what}.`, {
    detail: { voiceId: voice.id, missing },
  })
}
