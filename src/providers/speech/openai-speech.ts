import { callService } from '../../platform/fetch/call-service.ts'
import { speechErrors } from './errors.ts'
import type { SpeakInput, Speech, SpokenPhrase, Voice, VoiceGender } from './port.ts'
import { readWav } from './wave.ts'
import { estimateWordTimes } from './word-estimate.ts'

export type OpenAiSpeechOptions = {
  /** Up to and with `/v1`. */
  url: string
  apiKey?: string
  model: string
  /** The voices it has; an own server has others than OpenAI. */
  voices?: readonly string[]
  timeoutMs?: number
  retryMs?: readonly number[]
}

const gendersOfOpenAi: Record<string, VoiceGender> = {
  alloy: 'neutral',
  ash: 'male',
  ballad: 'male',
  coral: 'female',
  echo: 'male',
  fable: 'neutral',
  nova: 'female',
  onyx: 'male',
  sage: 'female',
  shimmer: 'female',
  verse: 'male',
}

/**
 * A server with OpenAI's `POST /audio/speech`: OpenAI, Kokoro-FastAPI, Speaches, LocalAI and others. It has no word
 * times, so they are estimated from the sound; the voice speaks whatever language it is given.
 */
export function openAiSpeech(options: OpenAiSpeechOptions): Speech {
  const { url, model } = options
  const names = options.voices ?? Object.keys(gendersOfOpenAi)
  const isLocal = /^https?:\/\/(localhost|127\.|\[::1\])/.test(url)
  return {
    name: 'openai',
    version: `${new URL(url).host}/${model}/1`,
    isLocal: false,
    voices: async () => names.map((name) => voiceOf(name, model, isLocal)),
    speak: (input) => speak(options, input),
  }
}

function voiceOf(name: string, model: string, isLocal: boolean): Voice {
  return {
    id: `openai:${name}`,
    vendor: 'openai',
    name,
    label: name[0]!.toUpperCase() + name.slice(1),
    tier: 'generative',
    languages: 'many',
    gender: genderOf(name),
    licence: 'by the terms of the service',
    can: ['rate'],
    wordTimes: 'estimated',
    maxChars: 4_096,
    pace: { wordsPerMinute: 170, charactersPerSecond: 15, isMeasured: false },
    ...(isLocal ? {} : { priceItem: `openai.${model}` }),
    isLocal,
  }
}

/** Kokoro's names begin with the accent and the gender: `af_heart`, `bm_george`. */
function genderOf(name: string): VoiceGender {
  const letter = /^[a-z]([fm])_/.exec(name)?.[1]
  if (letter) return letter === 'f' ? 'female' : 'male'
  return gendersOfOpenAi[name] ?? 'neutral'
}

async function speak(
  options: OpenAiSpeechOptions,
  { voice, phrase, signal }: SpeakInput,
): Promise<SpokenPhrase> {
  const input = phrase.words.map(({ text }) => text).join(phrase.separator)
  const { bytes, contentType } = await callService({
    failures: speechErrors,
    service: 'The speech server',
    url: `${options.url}/audio/speech`,
    headers: options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : {},
    json: { model: options.model, voice: voice.name, input, response_format: 'wav', speed: phrase.rate },
    timeoutMs: options.timeoutMs,
    retryMs: options.retryMs,
    signal,
  })
  if (/json|html|text/.test(contentType))
    throw speechErrors.badAnswer(`The speech server answered with ${contentType} instead of sound.`)
  const sound = readWav(bytes)
  return {
    ...sound,
    wordTimes: estimateWordTimes(sound.samples, sound.sampleRateHz, phrase.words),
    timing: 'estimated',
    billedCharacters: input.length,
  }
}
