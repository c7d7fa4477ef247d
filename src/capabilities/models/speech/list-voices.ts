import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { speechFeatures, voiceGenders, voiceTiers, wordsThatFit } from '../../../providers/speech/index.ts'
import { estimateCost } from '../../costs/index.ts'
import { linesOf, modelOf } from './speak.ts'
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
  const items = await Promise.all(
    wanted.map(async (voice): Promise<VoiceRow> => {
      const { id, label, vendor, tier, languages, gender, licence, can, wordTimes, pace, isLocal } = voice
      const characters = Math.round(pace.charactersPerSecond * 60) * (voice.billedTimes ?? 1)
      return {
        ...{
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
        },
        languages: languages === 'many' ? [] : [...languages],
        wordsPerMinute: pace.wordsPerMinute,
        isPaceMeasured: pace.isMeasured,
        wordsInAMinute: wordsThatFit(60_000, voice),
        microsPerMinute: await priceOf(deps, actor.workspaceId, linesOf(voice, characters)),
      }
    }),
  )
  return { items, silent }
}

async function priceOf(
  deps: SpeechDeps,
  workspaceId: string,
  lines: ReturnType<typeof linesOf>,
): Promise<number | null> {
  try {
    return (await estimateCost(deps, { workspaceId, lines })).totalMicros
  } catch (error) {
    // A voice without a price can be listed; speaking with it is refused until it has one.
    if (error instanceof Error && 'code' in error && error.code === 'costs.unknownPrice') return null
    throw error
  }
}
