import { z } from 'zod'
import table from './text-limits.json' with { type: 'json' }

export const textDestinations = [
  'youtube',
  'youtube-shorts',
  'instagram-reel',
  'facebook-reel',
  'threads',
  'linkedin',
  'x',
  'tiktok',
  'bluesky',
  'mastodon',
] as const
/** A place where a text goes with a video; the same names as for the limits of files. */
export type TextDestination = (typeof textDestinations)[number]

export const textUnits = [
  'characters',
  'utf16',
  'bytes',
  'graphemes',
  'weighted',
  'mastodon',
  'tagCharacters',
] as const
/** How a destination counts; see `countText`. */
export type TextUnit = (typeof textUnits)[number]

export const textFields = ['title', 'text', 'tags'] as const
export type TextField = (typeof textFields)[number]

const fieldSchema = z.strictObject({
  max: z.int().positive(),
  unit: z.enum(textUnits),
  isRequired: z.boolean().optional(),
})

export const textLimitsSchema = z.strictObject({
  name: z.string(),
  fields: z.strictObject({
    title: fieldSchema.optional(),
    text: fieldSchema,
    tags: fieldSchema.optional(),
  }),
  /** Characters that title and text may not hold. */
  forbidden: z.string().optional(),
  /** Further limit of the text in UTF-8. */
  maxBytes: z.int().positive().optional(),
  maxHashtags: z.int().positive().optional(),
  /** How many hashtags people use there; what an adaptation keeps. */
  usualHashtags: z.int(),
  maxMentions: z.int().positive().optional(),
  /** Whether a link in the text can be followed. */
  linksWork: z.boolean(),
  linkNote: z.string().optional(),
  source: z.url(),
  date: z.iso.date(),
  confidence: z.enum(['read', 'recalled']),
  note: z.string().optional(),
})

/** What a destination accepts as text, with where that is written and when it was last looked at. */
export type TextLimits = z.infer<typeof textLimitsSchema>

const limits = z.record(z.enum(textDestinations), textLimitsSchema).parse(table.destinations)

export function textLimitsOf(destination: TextDestination): TextLimits {
  return limits[destination]
}

/** All of them, in the order people see. */
export function allTextLimits(): Array<TextLimits & { destination: TextDestination }> {
  return textDestinations.map((destination) => ({ destination, ...limits[destination] }))
}
