import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { newId } from '../../../kernel/ids.ts'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import { voiceGenders } from '../../../providers/speech/index.ts'
import { listVoices, voiceListSchema } from './list-voices.ts'
import { speak } from './speak.ts'
import type { SpeechDeps } from './speech-deps.ts'

const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language such as en or de-AT')
  .max(35)

const voicesRoute = createRoute({
  method: 'get',
  path: '/models/voices',
  operationId: 'listVoices',
  summary: 'The voices that can speak now, with pace, price and what they can do',
  middleware: [requirePermission('models.read')] as const,
  request: { query: z.object({ language: language.optional() }) },
  responses: {
    200: {
      description: 'Those of this machine first',
      content: { 'application/json': { schema: voiceListSchema } },
    },
    ...problemResponses(422),
  },
})

const spokenSchema = z
  .object({
    voiceId: z.string(),
    durationMs: z.number(),
    timing: z.enum(['exact', 'marks', 'estimated']),
    costMicros: z.int(),
    billedCharacters: z.int(),
    passedOver: z.array(z.object({ voiceId: z.string(), because: z.string() })),
    sentences: z.array(
      z.object({
        text: z.string(),
        startMs: z.number(),
        endMs: z.number(),
        isFromCache: z.boolean(),
        words: z.array(z.object({ text: z.string(), startMs: z.number(), endMs: z.number() })),
      }),
    ),
  })
  .openapi('SpokenText')

const speakRoute = createRoute({
  method: 'post',
  path: '/models/speech',
  operationId: 'speakText',
  summary: 'Speak a text: the times of its words, or with Accept: audio/wav its sound',
  description:
    'Sentences are kept for a month, so asking for the sound after the times (or the other way round) is neither spoken nor paid for twice. With `audio/wav` the headers `x-voice`, `x-duration-ms` and `x-cost-micros` say the rest.',
  middleware: [requirePermission('models.write')] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            text: z.string().min(1).max(20_000).openapi({ description: 'Plain text, or SSML in `<speak>`.' }),
            voiceId: z.string().max(200).optional(),
            language: language.default('en'),
            gender: z.enum(voiceGenders).optional(),
            lexicon: z
              .array(
                z.strictObject({
                  word: z.string().min(1).max(100),
                  sayAs: z.string().max(200).optional(),
                  ipa: z.string().max(200).optional(),
                }),
              )
              .max(500)
              .optional(),
            mayStandIn: z
              .boolean()
              .default(true)
              .openapi({ description: 'Another voice may speak when this one is down.' }),
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'Spoken',
      content: {
        'application/json': { schema: spokenSchema },
        'audio/wav': { schema: z.string().openapi({ format: 'binary' }) },
      },
    },
    ...problemResponses(402, 422, 503),
  },
})

/** `/models/voices` and `/models/speech`, to be mounted under /api/v1 before `/models/{modelId}`. */
export function speechRoutes(deps: SpeechDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(voicesRoute, async (c) =>
      c.json(await listVoices(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(speakRoute, async (c) => {
      const { workspaceId } = c.var.actor
      const dir = await mkdtemp(join(tmpdir(), 'creatorops-speak-'))
      const outPath = join(dir, 'speech.wav')
      const clear = () => rm(dir, { recursive: true, force: true })
      try {
        const subjectId = newId('speech')
        const signal = c.req.raw.signal
        const spoken = await speak(deps, { ...c.req.valid('json'), workspaceId, outPath, subjectId, signal })
        const { voice, durationMs, timing, costMicros, billedCharacters, passedOver, sentences } = spoken
        if (!c.req.header('accept')?.includes('audio/wav')) {
          await clear()
          const facts = { voiceId: voice.id, durationMs, timing, costMicros, billedCharacters, passedOver }
          const shown = sentences.map(({ text, startMs, endMs, isFromCache, words }) => ({
            text,
            startMs,
            endMs,
            isFromCache,
            words,
          }))
          return c.json({ ...facts, sentences: shown }, 200)
        }
        const { size } = await stat(outPath)
        const file = createReadStream(outPath).once('close', () => void clear())
        return c.body(Readable.toWeb(file) as ReadableStream, 200, {
          'content-type': 'audio/wav',
          'content-length': String(size),
          'x-voice': voice.id,
          'x-duration-ms': String(Math.round(durationMs)),
          'x-cost-micros': String(costMicros),
        }) as never
      } catch (error) {
        await clear()
        throw error
      }
    })
}
