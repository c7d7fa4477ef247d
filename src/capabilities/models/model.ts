import { z } from '@hono/zod-openapi'
import rows from './catalogue.json' with { type: 'json' }
import { modelErrors } from './errors.ts'

export const modelKinds = ['text', 'speech', 'transcription', 'embedding', 'video'] as const
export type ModelKind = (typeof modelKinds)[number]

export const modelSchema = z
  .object({
    id: z.string().openapi({ example: 'bedrock:claude-sonnet-5.5' }),
    kind: z.enum(modelKinds),
    vendor: z.string(),
    vendorModel: z.string().openapi({ description: "The vendor's own id." }),
    title: z.string(),
    abilities: z.array(z.string()),
    limits: z.object({
      contextTokens: z.int().optional(),
      outputTokens: z.int().optional(),
      characters: z.int().optional(),
      seconds: z.number().optional(),
    }),
    regions: z.array(z.string()),
    price: z
      .object({
        item: z.string(),
        longItem: z.string().optional(),
        longAboveTokens: z.int().optional(),
      })
      .openapi({
        description: 'Names in the price table; the long one holds for whole requests above its size.',
      }),
    quality: z.number().openapi({ description: '0 to 100, before anybody rated it.' }),
    since: z.iso.date(),
    retiredOn: z.iso.date().optional().openapi({ description: 'The first day it is not served any more.' }),
    successor: z.string().optional(),
  })
  .openapi('ModelRow')

export type Model = z.infer<typeof modelSchema>

let shipped: readonly Model[] | undefined

/** The models that ship with this release, with what is known of them. */
export function loadCatalogue(): readonly Model[] {
  return (shipped ??= z.array(modelSchema).parse(rows))
}

/** Refuses a model that is out of service, and names what to use instead. */
export function assertInService(model: Model, now: Date): void {
  if (!isRetired(model, now)) return
  const next = model.successor ? `; use ${model.successor}` : ''
  throw modelErrors.retired(`${model.title} was taken out of service on ${model.retiredOn}${next}.`, {
    detail: { model: model.id, retiredOn: model.retiredOn, successor: model.successor ?? null },
  })
}

export function isRetired(model: Model, now: Date): boolean {
  return model.retiredOn !== undefined && now.toISOString().slice(0, 10) >= model.retiredOn
}

/** A model of a server or folder of one's own, which no catalogue can know: free, since it runs on own machines. */
export function localModel(vendor: string, name: string): Model {
  return {
    id: `${vendor}:${name}`,
    kind: 'text',
    vendor,
    vendorModel: name,
    title: `${name} (${vendor})`,
    abilities: vendor === 'gguf' ? ['stream'] : ['stream', 'objects'],
    // What small models commonly have; a server cuts silently above its own.
    limits: { contextTokens: 8_192, outputTokens: 2_048 },
    regions: ['own machines'],
    price: { item: vendor === 'compatible' ? `compatible.${name}` : 'local.model' },
    quality: 50,
    since: '2026-01-01',
  }
}
