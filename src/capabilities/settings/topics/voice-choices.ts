import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { voiceGenders } from '../../../providers/speech/port.ts'
import type { VideoPrices } from '../cost-impact.ts'

export const voiceChoiceSchema = z
  .object({
    id: z.string().openapi({ example: 'offline:slt' }),
    label: z.string(),
    vendor: z.string(),
    gender: z.enum(voiceGenders),
    languages: z.array(z.string()),
    isLocal: z.boolean().openapi({ description: 'The text never leaves this machine.' }),
    microsPerMinute: z.int().openapi({ description: 'What a minute of its speech costs today.' }),
  })
  .openapi('VoiceChoice')

export type VoiceChoice = z.infer<typeof voiceChoiceSchema>

/** Every voice that can speak here, the cheapest first. */
export async function voiceChoices(prices: VideoPrices, actor: Actor): Promise<VoiceChoice[]> {
  assertMay(actor, 'topics.read')
  const choices = await Promise.all(
    (await prices.voices()).map(async (voice) => {
      const { id, label, vendor, gender, languages, isLocal, priceItem, pace } = voice
      const quantity = Math.round(pace.charactersPerSecond * 60)
      const lines = priceItem === undefined ? [] : [{ item: priceItem, unit: 'characters', quantity }]
      const { totalMicros } = await prices.estimate(actor.workspaceId, lines)
      const spoken = languages === 'many' ? [] : [...languages]
      return { id, label, vendor, gender, languages: spoken, isLocal, microsPerMinute: totalMicros }
    }),
  )
  return choices.sort((a, b) => a.microsPerMinute - b.microsPerMinute || a.label.localeCompare(b.label))
}
