import { z } from 'zod'
import { callService, parseAnswer } from '../../platform/fetch/call-service.ts'
import { speechErrors } from './errors.ts'
import { timesFromOffsets } from './offset-times.ts'
import type { SpeakInput, Speech, SpokenPhrase, Voice, VoiceGender } from './port.ts'
import { samplesOf } from './wave.ts'

export type ElevenLabsOptions = {
  /** Default `https://api.elevenlabs.io`. */
  url: string
  apiKey: string
  /** Such as `eleven_multilingual_v2`. */
  model: string
  timeoutMs?: number
  retryMs?: readonly number[]
}

/** PCM at 24 kHz is in every plan; 44.1 kHz is not. */
const sampleRateHz = 24_000

const voicesSchema = z.object({
  voices: z.array(
    z.object({
      voice_id: z.string().min(1),
      name: z.string().catch('Voice'),
      labels: z.record(z.string(), z.string().nullable()).nullish(),
    }),
  ),
})

const spokenSchema = z.object({
  audio_base64: z.string(),
  alignment: z.object({
    characters: z.array(z.string()),
    character_start_times_seconds: z.array(z.number()),
    character_end_times_seconds: z.array(z.number()),
  }),
})

/** ElevenLabs and what speaks its HTTP: speech with the time of every character. */
export function elevenLabsSpeech(options: ElevenLabsOptions): Speech {
  return {
    name: 'elevenlabs',
    version: `${new URL(options.url).host}/${options.model}/1`,
    isLocal: false,
    async voices(signal) {
      const { bytes } = await callService({ ...serviceOf(options), url: `${options.url}/v1/voices`, signal })
      const found = voicesSchema.safeParse(parseAnswer(service, bytes))
      if (!found.success)
        throw speechErrors.badAnswer('ElevenLabs gave no list of voices.', { cause: found.error })
      return found.data.voices.map((row) => voiceOf(row, options.model))
    },
    speak: (input) => speak(options, input),
  }
}

const service = { failures: speechErrors, service: 'ElevenLabs' }

function serviceOf({ apiKey, timeoutMs, retryMs }: ElevenLabsOptions) {
  return { ...service, headers: { 'xi-api-key': apiKey }, timeoutMs, retryMs }
}

function voiceOf(row: z.infer<typeof voicesSchema>['voices'][number], model: string): Voice {
  const gender = row.labels?.['gender']
  const isMultilingual = !/^eleven_(monolingual|english|turbo_v2$|flash_v2$)/.test(model)
  return {
    id: `elevenlabs:${row.voice_id}`,
    vendor: 'elevenlabs',
    name: row.voice_id,
    label: row.name,
    tier: 'generative',
    languages: isMultilingual ? 'many' : ['en-US', 'en'],
    gender: gender === 'female' || gender === 'male' ? (gender satisfies VoiceGender) : 'neutral',
    licence: 'by the terms of the service',
    can: ['rate'],
    wordTimes: 'marks',
    maxChars: 5_000,
    pace: { wordsPerMinute: 165, charactersPerSecond: 14.5, isMeasured: false },
    priceItem: `elevenlabs.${model}`,
    isLocal: false,
  }
}

async function speak(
  options: ElevenLabsOptions,
  { voice, phrase, signal }: SpeakInput,
): Promise<SpokenPhrase> {
  // It takes rates from 0.7 to 1.2 alone.
  if (phrase.rate < 0.7 || phrase.rate > 1.2)
    throw speechErrors.markupNotSpoken(
      `${voice.label} speaks at 70 % to 120 % of its pace, not at ${Math.round(phrase.rate * 100)} %.`,
    )
  const text = phrase.words.map((word) => word.text).join(phrase.separator)
  const { bytes } = await callService({
    ...serviceOf(options),
    url: `${options.url}/v1/text-to-speech/${encodeURIComponent(voice.name)}/with-timestamps?output_format=pcm_${sampleRateHz}`,
    json: {
      text,
      model_id: options.model,
      ...(phrase.rate === 1 ? {} : { voice_settings: { speed: phrase.rate } }),
    },
    signal,
  })
  const spoken = spokenSchema.safeParse(parseAnswer(service, bytes))
  if (!spoken.success)
    throw speechErrors.badAnswer('ElevenLabs gave no sound with times.', { cause: spoken.error })
  const { audio_base64: audio, alignment } = spoken.data
  const samples = samplesOf(Buffer.from(audio, 'base64'))
  if (samples.length === 0) throw speechErrors.badAnswer('ElevenLabs gave no sound.')
  const { characters, character_start_times_seconds: starts, character_end_times_seconds: ends } = alignment
  if (starts.length !== characters.length || ends.length !== characters.length)
    throw speechErrors.badAnswer('ElevenLabs gave a different number of characters and times.')
  let at = 0
  const marks = characters.map((character, index) => {
    const mark = {
      at,
      startMs: starts[index]! * 1000,
      endMs: ends[index]! * 1000,
      isSpace: character.trim() === '',
    }
    at += character.length
    return mark
  })
  return {
    samples,
    sampleRateHz,
    wordTimes: timesFromOffsets(
      phrase,
      marks.filter((mark) => !mark.isSpace),
      (samples.length / sampleRateHz) * 1000,
    ),
    timing: 'marks',
    billedCharacters: text.length,
  }
}
