import { z } from '@hono/zod-openapi'
import { suggestionKinds } from './analysis.ts'

const range = { startMs: z.number(), endMs: z.number() }
const frameRateSchema = z
  .object({ num: z.int(), den: z.int() })
  .openapi({ description: 'Frames per second as a fraction.' })

const probeSchema = z.looseObject({
  container: z.string(),
  durationMs: z.number(),
  width: z.number(),
  height: z.number(),
  rotation: z.number(),
  hdr: z.boolean(),
  notes: z.array(z.string()),
})

const analysisSchema = z.looseObject({
  durationMs: z.number(),
  frameRate: frameRateSchema,
  frames: z.int(),
  keep: z.array(z.object({ startFrame: z.int(), endFrame: z.int(), ...range })),
  silences: z.array(z.object(range)),
  speech: z
    .array(z.object(range))
    .optional()
    .openapi({ description: 'Where somebody speaks, by voice and not by loudness.' }),
  scenes: z.array(z.object({ atMs: z.number(), score: z.number() })),
  black: z.array(z.object(range)),
  frozen: z.array(z.object(range)).optional(),
  loudness: z
    .object({ integratedLufs: z.number(), truePeakDb: z.number(), rangeLu: z.number() })
    .nullable()
    .openapi({ description: 'EBU R 128; null without sound.' }),
  poster: z.string(),
  contactSheet: z.string(),
  sprites: z
    .looseObject({ files: z.array(z.string()), vtt: z.string(), everyMs: z.number() })
    .optional()
    .openapi({ description: 'Small pictures for scrubbing, on sheets.' }),
  peaks: z.string(),
  suggestions: z.array(
    z.object({ kind: z.enum(suggestionKinds), ...range, reason: z.string(), confidence: z.number() }),
  ),
})

const packageSchema = z.looseObject({
  hls: z.string(),
  segmentMs: z.number(),
  renditions: z.array(
    z.looseObject({
      name: z.string(),
      width: z.int(),
      height: z.int(),
      bitrate: z.number(),
      copied: z.boolean(),
    }),
  ),
})

/** What is inside an asset, as the API shows it. */
export const mediaSchema = z
  .object({
    assetId: z.string(),
    probe: probeSchema,
    analysis: analysisSchema,
    package: packageSchema.nullable(),
    hlsUrl: z.string().nullable().openapi({ description: 'Signed link to the multivariant playlist.' }),
    posterUrl: z.string(),
    contactSheetUrl: z.string(),
    spritesUrl: z.string().nullable().openapi({
      description:
        'Signed link to a WebVTT track of small pictures (`file#xywh=…`) for scrubbing; the files lie beside it.',
    }),
    peaksUrl: z.string().openapi({
      description: 'Signed link to the waveform: `{version,samplesPerSecond,min[],max[]}`, −128 to 127.',
    }),
  })
  .openapi('Media')
