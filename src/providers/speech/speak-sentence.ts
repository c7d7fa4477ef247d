import { loudnessOf, limitPeaks } from './loudness.ts'
import type { PlannedSentence } from './plan-speech.ts'
import type { Speech, Voice, WordTime } from './port.ts'
import { resample } from './resample.ts'
import { speechErrors } from './errors.ts'
import { pcmOf } from './wave.ts'
import { applyWordGains } from './word-gain.ts'

/** What all speech is kept and given out as: mono, 16 bits. */
export const outputRateHz = 48_000
export const targetLufs = -16
/** −2.5 dBFS: leaves room for what lies between samples, so that the true peak stays under −1.5 dBTP. */
const ceiling = 10 ** (-2.5 / 20)
const edgeFadeMs = 6

export type SpokenSentence = {
  /** 16-bit mono PCM at `outputRateHz`. */
  pcm: Buffer
  /** One for each word of the sentence, in order. */
  wordTimes: WordTime[]
  timing: Voice['wordTimes']
  billedCharacters: number
}

/**
 * Speaks one sentence: its phrases one after the other, the quiet around them cut off, pauses as planned, at −16 LUFS
 * with peaks under −2.5 dBFS. The result depends on nothing but the sentence and the voice.
 */
export async function speakSentence(
  speech: Speech,
  voice: Voice,
  sentence: PlannedSentence,
  signal?: AbortSignal,
): Promise<SpokenSentence> {
  const parts: Float32Array[] = []
  const wordTimes: WordTime[] = []
  let timing: Voice['wordTimes'] = 'exact'
  let billedCharacters = 0
  let lengthSamples = 0
  const add = (part: Float32Array) => {
    parts.push(part)
    lengthSamples += part.length
  }
  for (const { phrase, words, pauseAfterMs } of sentence.phrases) {
    const spoken = await speech.speak({ voice, phrase, signal })
    if (spoken.wordTimes.length !== words.length)
      throw speechErrors.badAnswer(
        `${speech.name} gave ${spoken.wordTimes.length} times for ${words.length} words.`,
      )
    const even = resample(spoken.samples, spoken.sampleRateHz, outputRateHz)
    const { from, to } = soundIn(even)
    const sound = even.slice(from, to)
    const shiftMs = msOf(lengthSamples - from)
    const lastMs = msOf(lengthSamples + sound.length)
    const times = spoken.wordTimes.map(({ startMs, endMs }) => ({
      startMs: clamp(startMs + shiftMs, msOf(lengthSamples), lastMs),
      endMs: clamp(endMs + shiftMs, msOf(lengthSamples), lastMs),
    }))
    fadeEdges(sound)
    add(sound)
    wordTimes.push(...times)
    if (pauseAfterMs > 0) add(new Float32Array(Math.round((pauseAfterMs / 1000) * outputRateHz)))
    if (spoken.timing !== 'exact') timing = spoken.timing
    billedCharacters += spoken.billedCharacters
  }
  const samples = joined(parts, lengthSamples)
  level(samples)
  applyWordGains(
    samples,
    outputRateHz,
    wordTimes,
    sentence.phrases.flatMap(({ words }) => words.map(({ style }) => style.volumeDb)),
  )
  limitPeaks(samples, ceiling)
  return { pcm: pcmOf(samples), wordTimes, timing, billedCharacters }
}

const msOf = (samples: number) => (samples / outputRateHz) * 1000
const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value))

function joined(parts: readonly Float32Array[], length: number): Float32Array {
  const whole = new Float32Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The part with sound in it, with 25 ms before and 60 ms after: soft consonants begin before they are loud. */
function soundIn(samples: Float32Array): { from: number; to: number } {
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  if (peak < 1e-4) throw speechErrors.badAnswer('What came back is silence.')
  const isSound = (sample: number) => Math.abs(sample) > peak * 0.008
  return {
    from: Math.max(0, samples.findIndex(isSound) - 1_200),
    to: Math.min(samples.length, samples.findLastIndex(isSound) + 2_880),
  }
}

function fadeEdges(samples: Float32Array): void {
  const length = Math.min((edgeFadeMs / 1000) * outputRateHz, samples.length >> 1)
  for (let index = 0; index < length; index++) {
    const gain = 0.5 - 0.5 * Math.cos((Math.PI * index) / length)
    samples[index] = samples[index]! * gain
    samples[samples.length - 1 - index] = samples[samples.length - 1 - index]! * gain
  }
}

function level(samples: Float32Array): void {
  const lufs = loudnessOf(samples)
  if (!Number.isFinite(lufs)) return
  const gain = 10 ** (clamp(targetLufs - lufs, -30, 30) / 20)
  for (let index = 0; index < samples.length; index++) samples[index] = samples[index]! * gain
}
