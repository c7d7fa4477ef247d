import { AppError } from '../../kernel/errors.ts'
import { chooseVoice, nearestVoices, type VoiceWish } from './choose-voice.ts'
import { elevenLabsSpeech } from './elevenlabs.ts'
import { speechErrors } from './errors.ts'
import { fliteSpeech } from './flite.ts'
import { openAiSpeech } from './openai-speech.ts'
import { pollySpeech, type PollyOptions } from './polly.ts'
import type { Speech, Voice } from './port.ts'
import { rhvoiceSpeech } from './rhvoice.ts'

export type SpeechConfig = {
  pollyRegion?: string
  elevenLabsApiKey?: string
  elevenLabsUrl: string
  elevenLabsModel: string
  speechUrl?: string
  speechApiKey?: string
  speechModel: string
  speechVoices?: readonly string[]
  /** The program search path of this machine. */
  searchPath?: string
  decode?: PollyOptions['decode']
}

export type VoiceList = {
  /** The voices that can speak now; those of this machine first. */
  voices: Voice[]
  /** Services that are set up and did not say what voices they have. */
  silent: Array<{ vendor: string; code: string; message: string }>
}

/** Everything that can speak here. */
export type Speeches = {
  list(signal?: AbortSignal): Promise<VoiceList>
  /** See `chooseVoice` for its failures. */
  choose(wish: VoiceWish, signal?: AbortSignal): Promise<{ speech: Speech; voice: Voice }>
  /** Voices of other vendors that can stand in for one that fails, the nearest first. */
  standIns(
    voice: Voice,
    language: string,
    signal?: AbortSignal,
  ): Promise<Array<{ speech: Speech; voice: Voice }>>
  close(): Promise<void>
}

/** The voices that the configuration names, and always those that need nothing. */
export function openSpeech(config: SpeechConfig): Speeches {
  const { pollyRegion, elevenLabsApiKey, elevenLabsUrl, elevenLabsModel, speechUrl } = config
  return joinSpeech([
    fliteSpeech(),
    rhvoiceSpeech({ searchPath: config.searchPath }),
    ...(pollyRegion ? [pollySpeech({ region: pollyRegion, decode: config.decode })] : []),
    ...(elevenLabsApiKey
      ? [elevenLabsSpeech({ url: elevenLabsUrl, apiKey: elevenLabsApiKey, model: elevenLabsModel })]
      : []),
    ...(speechUrl
      ? [
          openAiSpeech({
            url: speechUrl,
            apiKey: config.speechApiKey,
            model: config.speechModel,
            voices: config.speechVoices,
          }),
        ]
      : []),
  ])
}

const listForMs = 10 * 60_000

/** Vendors as one; the first are preferred. A vendor whose voices cannot be asked for is left out and named. */
export function joinSpeech(vendors: readonly Speech[], now: () => number = Date.now): Speeches {
  const known = new Map<string, { voices: Voice[]; untilMs: number }>()

  async function voicesOf(speech: Speech, signal?: AbortSignal): Promise<Voice[]> {
    const kept = known.get(speech.name)
    if (kept && kept.untilMs > now()) return kept.voices
    const voices = await speech.voices(signal)
    known.set(speech.name, { voices, untilMs: now() + listForMs })
    return voices
  }

  async function list(signal?: AbortSignal): Promise<VoiceList> {
    const silent: VoiceList['silent'] = []
    const voices = await Promise.all(
      vendors.map((speech) =>
        voicesOf(speech, signal).catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error
          silent.push({ vendor: speech.name, code: error.code, message: error.message })
          return []
        }),
      ),
    )
    return { voices: voices.flat(), silent }
  }

  const speechOf = (voice: Voice) => vendors.find(({ name }) => name === voice.vendor)!
  return {
    list,
    async choose(wish, signal) {
      const { voices, silent } = await list(signal)
      // A voice of a service that is down is not unknown: the caller may wait or take a stand-in.
      const down = silent.find(({ vendor }) => wish.voiceId?.startsWith(`${vendor}:`))
      if (down)
        throw speechErrors.unavailable(`The voices of ${down.vendor} cannot be had now: ${down.message}`)
      const voice = chooseVoice(voices, wish)
      return { speech: speechOf(voice), voice }
    },
    async standIns(voice, language, signal) {
      const { voices } = await list(signal)
      const others = voices.filter(({ vendor }) => vendor !== voice.vendor)
      return nearestVoices(others, { language, gender: voice.gender }).map((other) => ({
        speech: speechOf(other),
        voice: other,
      }))
    },
    async close() {
      await Promise.all(vendors.map((speech) => speech.close?.()))
    },
  }
}
