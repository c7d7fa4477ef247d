import { z } from '@hono/zod-openapi'
import type { Voice } from '../../providers/speech/port.ts'
import type { SettingKey } from './definitions.ts'
import { resolveSetting, type SettingView } from './resolve-setting.ts'

/** One thing that a video uses: `{ item: 'aws.polly.neural', unit: 'characters', quantity: 5400 }`. */
export type UseLine = { item: string; unit: string; quantity: number }

/** What settings need to say what a change costs; joined in `app.ts`, since prices stand above settings. */
export type VideoPrices = {
  /** What uses cost a workspace at today's prices. */
  estimate(
    workspaceId: string,
    lines: readonly UseLine[],
  ): Promise<{ totalMicros: number; confidence: string; warnings: string[] }>
  /** Every voice that could speak here. */
  voices(): Promise<Voice[]>
}

export const videoEstimateSchema = z.object({
  totalMicros: z.int(),
  confidence: z.string().openapi({ description: 'Of the least certain price: A, B or C.' }),
  seconds: z.int().openapi({ description: 'Length that the estimate is for.' }),
  characters: z.int().openapi({ description: 'Text that is spoken.' }),
  basis: z.string().openapi({ description: 'What the estimate rests on, in words.' }),
  warnings: z.array(z.string()),
})

export const costImpactSchema = z
  .object({ before: videoEstimateSchema, after: videoEstimateSchema })
  .openapi('CostImpact')

export type VideoEstimate = z.infer<typeof videoEstimateSchema>
export type CostImpact = z.infer<typeof costImpactSchema>

/** Of English prose read aloud, when nothing is known of the voice. */
const usualCharactersPerSecond = 15

/** What one video of the middle of the allowed lengths costs to narrate with these settings. */
export async function estimateVideo(
  prices: VideoPrices,
  workspaceId: string,
  view: SettingView,
): Promise<VideoEstimate> {
  const valueOf = (key: SettingKey) => resolveSetting(key, view).value
  const seconds = Math.round(
    (Number(valueOf('videos.minSeconds')) + Number(valueOf('videos.maxSeconds'))) / 2,
  )
  const ratePercent = Number(valueOf('speech.ratePercent'))
  const voiceId = String(valueOf('speech.voice'))
  const voice = voiceId === '' ? undefined : (await prices.voices()).find(({ id }) => id === voiceId)
  const pace = voice?.pace.charactersPerSecond ?? usualCharactersPerSecond
  const characters = Math.round((seconds * pace * ratePercent) / 100)
  const priceItem = voice ? voice.priceItem : itemOfVoiceId(voiceId)
  const lines = priceItem === undefined ? [] : [{ item: priceItem, unit: 'characters', quantity: characters }]
  const { totalMicros, confidence, warnings } = await prices.estimate(workspaceId, lines)
  const minutes = Number((seconds / 60).toFixed(1))
  const name = voice?.label ?? (voiceId === '' ? 'the first voice here' : voiceId)
  const free = priceItem === undefined ? ', which costs nothing' : ''
  return {
    totalMicros,
    confidence,
    seconds,
    characters,
    basis: `Narration of ${minutes} min: ${characters} characters spoken by ${name}${free}.`,
    warnings: [
      ...warnings,
      ...(voice || voiceId === '' ? [] : [`${voiceId} is not among the voices that can speak here now.`]),
    ],
  }
}

/** A voice of Polly has its price also where Polly is not set up yet: `polly:Joanna:neural`. */
function itemOfVoiceId(voiceId: string): string | undefined {
  const [, tier] = /^polly:[^:]+:(standard|neural|long-form|generative)$/.exec(voiceId) ?? []
  return tier === undefined ? undefined : `aws.polly.${tier}`
}

/** The estimate before and after a change. */
export async function costImpact(
  prices: VideoPrices,
  workspaceId: string,
  before: SettingView,
  after: SettingView,
): Promise<CostImpact> {
  const [was, is] = await Promise.all([
    estimateVideo(prices, workspaceId, before),
    estimateVideo(prices, workspaceId, after),
  ])
  return { before: was, after: is }
}
