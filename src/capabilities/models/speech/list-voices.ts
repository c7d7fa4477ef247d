import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { AppError } from '../../../kernel/errors.ts'
import {
  speechFeatures,
  type Voice,
  voiceGenders,
  voiceTiers,
  wordsThatFit,
} from '../../../providers/speech/index.ts'
import { estimateCost } from '../../costs/index.ts'
import { modelOf } from './speak.ts'
import type { SpeechDeps } from './speech-deps.ts'

export const voiceSchema = z
  .object({
    id: z.string().openapi({ example: 'offline:slt' }),
    label: z.string(),
    vendor: z.string(),
    model: z.string().openapi({ description: 'Its row in the registry of models.' }),
    tier: z.enum(voiceTiers),
    languages: z
      .array(z.string())
      .openapi({ description: 'Empty for a voice that speaks what it is given.' }),
    gender: z.enum(voiceGenders),
    licence: z.string(),
    can: z
      .array(z.enum(speechFeatures))
      .openapi({ description: 'Pauses, loudness, `sub` and `say-as` work with every voice.' }),
    wordTimes: z.enum(['exact', 'marks', 'estimated']),
    wordsPerMinute: z.number(),
    isPaceMeasured: z.boolean(),
    wordsInAMinute: z.int().openapi({ description: 'Words of a script that fit a minute, pauses included.' }),
    microsPerMinute: z
      .int()
      .nullable()
      .openapi({ description: 'What a minute costs today; null when no price is known.' }),
    isLocal: z.boolean().openapi({ description: 'The text never leaves this machine.' }),
  })
  .openapi('Voice')

export const voiceListSchema = z.object({
  items: z.array(voiceSchema),
  silent: z
    .array(z.object({ vendor: z.string(), code: z.string(), message: z.string() }))
    .openapi({ description: 'Services that are set up and did not say what voices they have.' }),
})

export type VoiceRow = z.infer<typeof voiceSchema>

/** The voices that can speak now, those of this machine first; of one language where one is given. */
export async function listVoices(
  deps: SpeechDeps,
  input: { actor: Actor; language?: string },
): Promise<z.infer<typeof voiceListSchema>> {
  const { actor, language } = input
  assertMay(actor, 'models.read')
  const { voices, silent } = await deps.speech.list()
  const primary = language?.toLowerCase().split('-')[0]
  const wanted = voices.filter(
    ({ languages }) =>
      primary === undefined ||
      languages === 'many' ||
      languages.some((tag) => tag.toLowerCase().split('-')[0] === primary),
  )
  const prices = await pricesOf(deps, actor.workspaceId, wanted)
  const items = wanted.map((voice): VoiceRow => {
    const { id, label, vendor, tier, languages, gender, licence, can, wordTimes, pace, isLocal } = voice
    const characters = Math.round(pace.charactersPerSecond * 60) * (voice.billedTimes ?? 1)
    const perMillion = voice.priceItem === undefined ? 0 : prices.get(voice.priceItem)
    return {
      id,
      label,
      vendor,
      tier,
      gender,
      licence,
      wordTimes,
      isLocal,
      can: [...can],
      model: modelOf(voice),
      languages: languages === 'many' ? [] : [...languages],
      wordsPerMinute: pace.wordsPerMinute,
      isPaceMeasured: pace.isMeasured,
      wordsInAMinute: wordsThatFit(60_000, voice),
      microsPerMinute: perMillion === undefined ? null : Math.ceil((characters * perMillion) / 1_000_000),
    }
  })
  return { items, silent }
}

/** What a million characters cost today, for each price that the voices have. One without a price is left out. */
async function pricesOf(
  deps: SpeechDeps,
  workspaceId: string,
  voices: readonly Voice[],
): Promise<Map<string, number>> {
  const prices = new Map<string, number>()
  for (const item of new Set(voices.flatMap(({ priceItem }) => priceItem ?? []))) {
    try {
      const lines = [{ item, unit: 'characters', quantity: 1_000_000 }]
      prices.set(item, (await estimateCost(deps, { workspaceId, lines })).totalMicros)
    } catch (error) {
      // A voice without a price can be listed; speaking with it is refused until it has one.
      if (!(error instanceof AppError) || error.code !== 'costs.unknownPrice') throw error
    }
  }
  return prices
}
