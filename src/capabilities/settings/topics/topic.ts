import { z } from '@hono/zod-openapi'
import type { SettingKey } from '../definitions.ts'

/** The name of a topic in addresses and commands: `health`, `home-cooking`. */
export const topicSlugSchema = z
  .string()
  .min(2, 'must have at least 2 characters')
  .max(40, 'must have at most 40 characters')
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'may have only a-z, 0-9 and single hyphens')

const line = (maxChars: number) => z.string().trim().min(1).max(maxChars)

const termSchema = z.strictObject({
  term: line(80).openapi({ description: 'As it is written.', example: 'ETF' }),
  say: line(200).openapi({ description: 'How it is said, in plain letters or IPA.', example: 'E T F' }),
  alphabet: z.enum(['plain', 'ipa']).default('plain'),
})

const styleSchema = z.strictObject({
  tone: z.string().trim().max(300).openapi({ description: 'For whoever writes: calm, curious, …' }),
  pitchPercent: z.int().min(-50).max(50),
  volumeDb: z.number().min(-6).max(6),
  sentencePauseMs: z.int().min(0).max(2_000),
  paragraphPauseMs: z.int().min(0).max(5_000),
})

const disclaimerSchema = z.strictObject({
  text: line(600),
  placement: z.enum(['spoken', 'screen', 'description']),
})

export const weekDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const scheduleSchema = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Europe/Zurich')
    .openapi({ example: 'Europe/Zurich' }),
  slots: z
    .array(
      z.strictObject({
        day: z.enum(weekDays),
        time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 18:30'),
      }),
    )
    .max(28),
})

/** What a topic is about and how it is told. What it costs and how long it takes are settings of the topic. */
export const topicProfileSchema = z
  .strictObject({
    name: line(80),
    description: z.string().trim().max(500),
    language: z
      .string()
      .refine(isLanguage, 'must be a language tag such as en or pt-BR')
      .openapi({ example: 'en' }),
    audience: z.string().trim().max(500),
    style: styleSchema,
    vocabulary: z
      .array(termSchema)
      .max(500)
      .refine((terms) => areDistinct(terms.map(({ term }) => term)), 'names a term twice'),
    keywords: z.array(line(60)).max(50).refine(areDistinct, 'names a keyword twice'),
    prompts: z
      .record(z.string().regex(/^[a-z][a-zA-Z0-9.-]{0,60}$/), line(120))
      .openapi({ description: 'Which prompt this topic uses for a task, by its name.' }),
    needsDisclaimer: z.boolean().openapi({ description: 'Nothing is made without a disclaimer.' }),
    disclaimers: z.array(disclaimerSchema).max(10),
    schedule: scheduleSchema.nullable(),
  })
  .refine((profile) => !profile.needsDisclaimer || profile.disclaimers.length > 0, {
    path: ['disclaimers'],
    message: 'must have at least one entry, since this topic needs a disclaimer',
  })
  .openapi('TopicProfile')

export type TopicProfile = z.infer<typeof topicProfileSchema>

/** A topic that comes with the product. `settings` are its values where nobody set others. */
export type BuiltInTopic = {
  topic: string
  profile: TopicProfile
  settings: Partial<Record<SettingKey, unknown>>
}

export const topicSchema = z
  .object({
    topic: topicSlugSchema.openapi({ example: 'health' }),
    profile: topicProfileSchema,
    isBuiltIn: z.boolean().openapi({ description: 'Whether it comes with the product.' }),
    isChanged: z.boolean().openapi({ description: 'Whether a built-in topic was changed here.' }),
    version: z.int().openapi({ description: 'Changes so far; 0 for a built-in topic nobody changed.' }),
    updatedAt: z.iso.datetime().nullable(),
  })
  .openapi('Topic')

export type Topic = z.infer<typeof topicSchema>

export const topicVersionSchema = z
  .object({
    version: z.int(),
    profile: topicProfileSchema.nullable().openapi({ description: 'Null: it was removed.' }),
    diff: z.array(z.string()).openapi({ description: 'What changed, in lines with + and −.' }),
    changedBy: z.string(),
    changedAt: z.iso.datetime(),
    reason: z.string(),
  })
  .openapi('TopicVersion')

export type TopicVersion = z.infer<typeof topicVersionSchema>

function areDistinct(words: readonly string[]): boolean {
  return new Set(words.map((word) => word.toLowerCase())).size === words.length
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function isLanguage(tag: string): boolean {
  try {
    return tag.length <= 35 && Intl.getCanonicalLocales(tag).length === 1
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
