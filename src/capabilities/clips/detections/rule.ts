import { z } from '@hono/zod-openapi'
import { cutModes } from '../clip.ts'
import { reframeSchema } from '../reframe/reframe.ts'
import { stitchOptionsSchema } from '../stitches/stitch.ts'
import type { DetectedClip, Detection } from './detection.ts'
import type { clipRules } from './schema.ts'

export const ruleInputSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  isEnabled: z.boolean().default(true),
  source: z.string().trim().min(1).max(300).default('*').openapi({
    description: 'A pattern with *: the source of the event, its asset or its playlist must fit.',
    example: 'aws.rekognition*',
  }),
  minScore: z.number().min(0).max(1).default(0),
  minMs: z.int().min(0).max(86_400_000).default(0),
  maxMs: z.int().min(1).max(86_400_000).default(3_600_000),
  mostClips: z.int().min(1).max(200).default(20).openapi({ description: 'The best ones are taken.' }),
  mode: z.enum(cutModes).default('exact'),
  reframe: reframeSchema.nullable().default(null),
  stitch: stitchOptionsSchema
    .nullable()
    .default(null)
    .openapi({ description: 'Join the clips that were cut into one film; null: do not.' }),
})
export type RuleInput = z.output<typeof ruleInputSchema>

export const ruleSchema = z
  .object({
    id: z.string().openapi({ example: 'rule_01J9ZK4Q8F0000000000000000' }),
    ...ruleInputSchema.shape,
    version: z.int(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('ClipRule')
export type Rule = z.output<typeof ruleSchema>
export type RuleRow = typeof clipRules.$inferSelect

/** The clips that a rule wants of a detection, in the order of the recording; pure. */
export function wantedClips(
  rule: Pick<RuleInput, 'source' | 'minScore' | 'minMs' | 'maxMs' | 'mostClips'>,
  detection: Detection,
): DetectedClip[] {
  if (!fitsSource(rule.source, detection)) return []
  const fitting = detection.clips.filter(({ startMs, endMs, score = 0 }) => {
    const lengthMs = endMs - startMs
    // A range that is none is kept, so that the batch refuses it by name instead of dropping it silently.
    const isLong = lengthMs <= 0 || (lengthMs >= rule.minMs && lengthMs <= rule.maxMs)
    return isLong && score >= rule.minScore
  })
  return fitting
    .map((clip, index) => ({ clip, index }))
    .sort((a, b) => (b.clip.score ?? 0) - (a.clip.score ?? 0) || a.index - b.index)
    .slice(0, rule.mostClips)
    .map(({ clip }) => clip)
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
}

function fitsSource(pattern: string, { source, assetId, playlist }: Detection): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  const fits = new RegExp(`^${parts.join('.*')}$`, 'is')
  const address =
    playlist?.kind === 'url' ? playlist.url : playlist?.kind === 'stored' ? playlist.path : undefined
  return [source, assetId, address].some((name) => name !== undefined && fits.test(name))
}
