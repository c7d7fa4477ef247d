import { z } from '@hono/zod-openapi'
import { permissions } from './permissions.ts'
import type { apiKeys } from './schema.ts'

export const apiKeySchema = z
  .object({
    id: z.string().openapi({ example: 'key_01J9ZC3K8Q5V7W2X4Y6Z8A0B1C' }),
    name: z.string(),
    prefix: z.string().openapi({ description: 'The start of the key, to recognise it by.' }),
    scopes: z.array(z.enum(permissions)),
    personId: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .openapi('ApiKey')

export type ApiKey = z.infer<typeof apiKeySchema>

/** The whole key, as its owner keeps it: `cok_<id>_<secret>`. */
export function formatApiKey(keyId: string, secret: string): string {
  return `cok_${keyId.slice('key_'.length)}_${secret}`
}

/** The id and the secret in a key; undefined for anything else. */
export function parseApiKey(text: string): { keyId: string; secret: string } | undefined {
  const match = /^cok_([0-9A-HJKMNP-TV-Z]{26})_([\w-]{43})$/.exec(text)
  return match?.[1] && match[2] ? { keyId: `key_${match[1]}`, secret: match[2] } : undefined
}

/** A key as the API shows it: never its secret. */
export function toApiKey(row: typeof apiKeys.$inferSelect): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: formatApiKey(row.id, '').slice(0, -1),
    scopes: row.scopes as ApiKey['scopes'],
    personId: row.personId,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}
