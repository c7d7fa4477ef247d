import { z } from '@hono/zod-openapi'
import type { assets } from './schema.ts'
import { signDelivery, type SignDeps } from './sign-delivery.ts'

export const assetKinds = [
  'recording',
  'clip',
  'audio',
  'image',
  'captions',
  'document',
  'rendition',
] as const
export type AssetKind = (typeof assetKinds)[number]

export const assetSchema = z
  .object({
    id: z.string().openapi({ example: 'asset_01J9ZK4Q8F0000000000000000' }),
    name: z.string(),
    kind: z.enum(assetKinds),
    contentType: z.string().openapi({ description: 'Found by looking at the content.' }),
    sizeBytes: z.int(),
    sha256: z.string(),
    durationMs: z.int().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    version: z.int(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    url: z.string().openapi({ description: 'Signed link to the bytes, relative to the server. It expires.' }),
  })
  .openapi('Asset')

export type Asset = z.infer<typeof assetSchema>
export type AssetRow = typeof assets.$inferSelect

/** A row as callers see it, with a fresh link to its bytes. */
export function toAsset(deps: SignDeps, row: AssetRow): Asset {
  const { workspaceId: _workspaceId, storageKey, deletedAt: _deletedAt, createdAt, updatedAt, ...rest } = row
  const url = signDelivery(deps, { key: storageKey, filename: row.name, contentType: row.contentType })
  return { ...rest, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString(), url }
}
