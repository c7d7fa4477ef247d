import { randomBytes } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { newId } from '../../../kernel/ids.ts'
import type { Db } from '../../../platform/db/client.ts'
import { seal, unseal } from '../../../platform/secrets/seal.ts'
import { mediaErrors } from '../errors.ts'
import { mediaPackageKeys } from '../schema.ts'
import type { PackageEncryption } from './encrypt-package.ts'

type KeyDeps = { db: Db; secret: string; now?: () => Date }

/**
 * A key for an encrypted package: a new one for each, or the one that an earlier try of the same package left. The
 * workspace stands in its address, so that a player's plain request is understood whichever workspace is open.
 */
export async function keepPackageKey(
  deps: KeyDeps,
  input: { workspaceId: string; assetId: string; optionsHash: string },
): Promise<PackageEncryption> {
  const { workspaceId, assetId, optionsHash } = input
  const [known] = await deps.db
    .select()
    .from(mediaPackageKeys)
    .where(
      and(
        eq(mediaPackageKeys.workspaceId, workspaceId),
        eq(mediaPackageKeys.assetId, assetId),
        eq(mediaPackageKeys.optionsHash, optionsHash),
      ),
    )
  if (known)
    return { key: openKey(deps.secret, known.id, known.sealedKey), keyUri: uriOf(known.id, workspaceId) }
  const id = newId('mkey')
  const key = randomBytes(16)
  await deps.db.insert(mediaPackageKeys).values({
    id,
    workspaceId,
    assetId,
    optionsHash,
    sealedKey: seal(deps.secret, contextOf(id), key.toString('base64')),
    createdAt: deps.now?.() ?? new Date(),
  })
  return { key, keyUri: uriOf(id, workspaceId) }
}

/** The 16 bytes for a player of the same workspace. Fails with `media.keyNotFound`. */
export async function readPackageKey(
  deps: Pick<KeyDeps, 'db' | 'secret'>,
  input: { actor: Actor; keyId: string },
): Promise<Buffer> {
  assertMay(input.actor, 'media.read')
  const { workspaceId } = input.actor
  const [row] = await deps.db
    .select()
    .from(mediaPackageKeys)
    .where(and(eq(mediaPackageKeys.id, input.keyId), eq(mediaPackageKeys.workspaceId, workspaceId)))
  if (!row) throw mediaErrors.keyNotFound('There is no such key in this workspace.')
  return openKey(deps.secret, row.id, row.sealedKey)
}

function openKey(secret: string, id: string, sealed: string): Buffer {
  const text = unseal(secret, contextOf(id), sealed)
  if (text === undefined) throw mediaErrors.keyNotFound('The key was sealed with another secret.')
  return Buffer.from(text, 'base64')
}

function contextOf(id: string): string {
  return `media package key ${id}`
}

function uriOf(id: string, workspaceId: string): string {
  return `/api/v1/media-keys/${id}?workspaceId=${encodeURIComponent(workspaceId)}`
}
