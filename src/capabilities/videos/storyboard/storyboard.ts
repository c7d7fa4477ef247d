import { z } from 'zod'
import { captionStyles } from '../scenes/captions.ts'
import { themeNames } from '../scenes/themes.ts'
import { sceneSchema, shown } from './scene-schemas.ts'

export const formats = { '16:9': [1920, 1080], '9:16': [1080, 1920], '1:1': [1080, 1080] } as const
export type Format = keyof typeof formats

/** A finished video is at least and at most this long. */
export const shortestVideoMs = 15_000
export const longestVideoMs = 20 * 60_000

/** Larger pictures are refused before they are opened: they take memory by the square. */
export const largestPictureSide = 16_384

const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'Colours are written #rrggbb')

export const mediaSchema = z.strictObject({
  id: z.string().min(1).max(100),
  kind: z.enum(['image', 'video']),
  path: z.string().max(1_000).optional().describe('A local file, for videos made without a server'),
  assetId: z.string().max(100).optional().describe('A stored file'),
  credit: z.string().max(300).optional(),
  licence: z.string().max(200).optional(),
})
export type Media = z.infer<typeof mediaSchema>

export const brandSchema = z.strictObject({
  accent: colour.optional(),
  accent2: colour.optional(),
  accent3: colour.optional(),
  ground: colour.optional(),
  ink: colour.optional(),
  logo: z.string().max(100).optional().describe('A media id; shown in the corner and on the end card'),
})
export type Brand = z.infer<typeof brandSchema>

/** The source code of a video. docs/storyboard.schema.json is made from this. */
export const storyboardSchema = z
  .strictObject({
    schema: z.literal('creatorops.storyboard/1'),
    title: shown(200),
    language: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'A language tag such as en or pt-BR')
      .default('en'),
    format: z.enum(['16:9', '9:16', '1:1']),
    frameRate: z.union([z.literal(24), z.literal(25), z.literal(30), z.literal(60)]).default(30),
    theme: z.enum(themeNames).default('midnight'),
    brand: brandSchema.optional(),
    voice: z
      .strictObject({
        name: z
          .string()
          .max(80)
          .optional()
          .describe('Default: the best voice that is there for the language'),
        rate: z.number().min(0.5).max(2).default(1),
        lexicon: z
          .record(z.string().max(60), z.string().max(120))
          .optional()
          .describe('Words and how to say them'),
      })
      .default({ rate: 1 }),
    captions: z
      .strictObject({
        style: z.enum(captionStyles).default('karaoke'),
        burned: z.boolean().default(true),
        soft: z.boolean().default(true).describe('Also as a text track and as files'),
      })
      .default({ style: 'karaoke', burned: true, soft: true }),
    music: z
      .strictObject({
        bed: z.string().max(100).default('auto').describe('A bundled bed, a media id, "auto" or "none"'),
        levelDb: z.number().min(-60).max(0).default(-18).describe('Loudness of the music against the voice'),
      })
      .default({ bed: 'auto', levelDb: -18 }),
    media: z.array(mediaSchema).max(200).default([]),
    scenes: z.array(sceneSchema).min(1).max(200),
  })
  .meta({ id: 'Storyboard', title: 'A CreatorOps storyboard, version 1' })

export type Storyboard = z.infer<typeof storyboardSchema>

/** The published JSON Schema of storyboards. */
export function storyboardJsonSchema(): Record<string, unknown> {
  return {
    $id: 'https://creatorops.dev/schemas/storyboard-1.json',
    ...z.toJSONSchema(storyboardSchema, { io: 'input', target: 'draft-2020-12' }),
  }
}
