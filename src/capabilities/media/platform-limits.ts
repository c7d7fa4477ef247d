import { z } from 'zod'
import table from './platform-limits.json' with { type: 'json' }

export const destinations = [
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
/** A place that takes videos; a platform may have several, such as YouTube and YouTube Shorts. */
export type Destination = (typeof destinations)[number]

const numberLimits = [
  'minDurationMs',
  'maxDurationMs',
  'minBytes',
  'maxBytes',
  'minAspect',
  'maxAspect',
  'minFrameRate',
  'maxFrameRate',
  'minShortSide',
  'maxShortSide',
  'maxLongSide',
  'maxVideoBitRate',
  'maxAudioBitRate',
  'maxAudioSampleRate',
] as const
const listLimits = ['videoCodecs', 'audioCodecs'] as const

/**
 * What a destination accepts, as far as it says so. Aspect is width divided by height; bit rates are bits per second;
 * the long side is the larger of width and height.
 */
export type PlatformLimits = Partial<Record<(typeof numberLimits)[number], number>> &
  Partial<Record<(typeof listLimits)[number], string[]>>

/** One limit with where it is written and when it was last looked at. `recalled`: the page was not read that day. */
export type DatedLimit = {
  limit: (typeof numberLimits)[number] | (typeof listLimits)[number]
  value: number | string[]
  source: string
  date: string
  confidence: 'read' | 'recalled'
  note?: string
}

const origin = { source: z.url(), date: z.iso.date(), confidence: z.enum(['read', 'recalled']) }
const datedLimitSchema: z.ZodType<DatedLimit> = z.union([
  z.strictObject({
    limit: z.enum(numberLimits),
    value: z.number().positive(),
    ...origin,
    note: z.string().optional(),
  }),
  z.strictObject({
    limit: z.enum(listLimits),
    value: z.array(z.string()).min(1),
    ...origin,
    note: z.string().optional(),
  }),
])
const tableSchema = z.object({
  checked: z.iso.date(),
  destinations: z.record(
    z.enum(destinations),
    z.object({ name: z.string(), limits: z.array(datedLimitSchema) }),
  ),
  uploadBitRates: z.object({
    ...origin,
    rows: z.array(
      z.object({ shortSide: z.int(), bitRate: z.int().positive(), highRateBitRate: z.int().positive() }),
    ),
    audioBitRate: z.int().positive(),
  }),
})
const read = tableSchema.parse(table)

/** What people call the destination. */
export function destinationName(destination: Destination): string {
  return read.destinations[destination].name
}

/** The limits of a destination with source and date of each. */
export function datedLimits(destination: Destination): DatedLimit[] {
  return read.destinations[destination].limits
}

/** The limits of a destination by name. */
export function platformLimits(destination: Destination): PlatformLimits {
  return Object.fromEntries(
    datedLimits(destination).map(({ limit, value }) => [limit, value]),
  ) as PlatformLimits
}

/** What an upload should have to spend, in bits per second: YouTube's advice for the standard size at or above. */
export function uploadBitRate(shortSide: number, framesPerSecond: number): number {
  const { rows } = read.uploadBitRates
  const row = [...rows].reverse().find((one) => one.shortSide >= shortSide) ?? rows[0]!
  return framesPerSecond > 30.5 ? row.highRateBitRate : row.bitRate
}

/** YouTube's advice for stereo sound, in bits per second. */
export const uploadAudioBitRate: number = read.uploadBitRates.audioBitRate
