import { z } from 'zod'
import { transitionKinds } from '../scenes/transitions.ts'

/** Text on a picture: no control characters; `*stars*` mark words to stand out. */
export function shown(most: number) {
  return (
    z
      .string()
      .trim()
      .min(1)
      .max(most)
      // oxlint-disable-next-line no-control-regex -- that is what is refused
      .refine((text) => !/[\u0000-\u0009\u000b-\u001f\u007f\ufffe\uffff]/.test(text), {
        message: 'Text must not hold control characters',
      })
  )
}

const share = z.number().min(0).max(1)
const figure = z.number().min(-1e15).max(1e15)
const mediaId = z.string().min(1).max(100)

export const timingSchema = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('narration').describe('As long as its narration takes, and a breath after it'),
    pauseMs: z.number().int().min(0).max(10_000).default(350),
  }),
  z.strictObject({ mode: z.literal('fixed'), durationMs: z.number().int().min(500).max(600_000) }),
])

export const lowerThirdSchema = z.strictObject({
  name: shown(80),
  role: shown(120).optional(),
  fromMs: z.number().int().min(0).max(600_000).default(400),
})

const common = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Ids are small letters, digits and dashes'),
  narration: z.string().max(5_000).optional().describe('What is spoken; plain text'),
  timing: timingSchema.default({ mode: 'narration', pauseMs: 350 }),
  transition: z.enum(transitionKinds).default('push').describe('How the scene comes in'),
  camera: z.enum(['still', 'push-in', 'pull-out', 'drift']).default('push-in'),
  lowerThird: lowerThirdSchema.optional(),
  style: z
    .strictObject({
      accent: z.string().regex(/^#[0-9a-fA-F]{6}$/),
      ground: z.string().regex(/^#[0-9a-fA-F]{6}$/),
    })
    .partial()
    .optional()
    .describe('Colours of this scene alone'),
}

function sceneKind<Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) {
  return z.strictObject({ ...common, kind: z.literal(kind), ...shape })
}

const side = z.strictObject({ label: shown(60), text: shown(200).optional(), media: mediaId.optional() })
const focus = z.strictObject({ x: share, y: share }).default({ x: 0.5, y: 0.5 })

export const sceneSchema = z.discriminatedUnion('kind', [
  sceneKind('title', { text: shown(160), kicker: shown(60).optional(), subtitle: shown(160).optional() }),
  sceneKind('bullets', { title: shown(120).optional(), items: z.array(shown(140)).min(1).max(6) }),
  sceneKind('quote', { text: shown(320), by: shown(80).optional() }),
  sceneKind('number', {
    value: figure,
    from: figure.default(0),
    decimals: z.number().int().min(0).max(4).default(0),
    prefix: z.string().max(8).default(''),
    suffix: z.string().max(12).default(''),
    label: shown(140),
  }),
  sceneKind('chart', {
    chart: z.enum(['bar', 'line', 'pie']),
    title: shown(120).optional(),
    unit: z.string().max(12).default(''),
    data: z
      .array(z.strictObject({ label: shown(40), value: figure }))
      .min(2)
      .max(24),
  }),
  sceneKind('timeline', {
    title: shown(120).optional(),
    events: z
      .array(z.strictObject({ when: shown(30), text: shown(120) }))
      .min(2)
      .max(6),
  }),
  sceneKind('flow', {
    title: shown(120).optional(),
    nodes: z
      .array(z.strictObject({ id: z.string().min(1).max(40), text: shown(80) }))
      .min(2)
      .max(8),
    edges: z
      .array(
        z.strictObject({ from: z.string().max(40), to: z.string().max(40), label: shown(40).optional() }),
      )
      .min(1)
      .max(16),
    layout: z.enum(['layers', 'circle']).default('layers'),
  }),
  sceneKind('equation', {
    title: shown(120).optional(),
    steps: z
      .array(shown(160))
      .min(1)
      .max(6)
      .describe('Formulas in a small part of LaTeX; each turns into the next'),
  }),
  sceneKind('code', {
    title: shown(80).optional(),
    language: z.string().max(20).default('text'),
    code: z.string().min(1).max(2_000),
    highlight: z.array(z.number().int().min(1).max(200)).max(40).default([]),
  }),
  sceneKind('compare', { title: shown(120).optional(), before: side, after: side }),
  sceneKind('image', {
    media: mediaId,
    text: shown(120).optional(),
    focus,
    zoom: z.number().min(1).max(3).default(1.15),
  }),
  sceneKind('clip', {
    media: mediaId,
    startMs: z.number().int().min(0).max(86_400_000).default(0),
    text: shown(120).optional(),
    focus,
  }),
  sceneKind('split', { left: side, right: side }),
  sceneKind('countdown', { title: shown(120).optional(), items: z.array(shown(100)).min(2).max(10) }),
  sceneKind('speaker', { name: shown(80), role: shown(120).optional(), media: mediaId.optional() }),
  sceneKind('end', { text: shown(120), callToAction: shown(80).optional(), handle: shown(60).optional() }),
])

export type Scene = z.infer<typeof sceneSchema>
export type SceneKind = Scene['kind']
export type SceneOf<Kind extends SceneKind> = Extract<Scene, { kind: Kind }>

export const sceneKinds = sceneSchema.options.map((option) => option.shape.kind.value) as SceneKind[]
