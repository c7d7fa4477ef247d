import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { type ApiKey, formatApiKey, toApiKey } from './api-key.ts'
import { identityErrors } from './errors.ts'
import { personOf } from './list-workspaces.ts'
import type { Permission } from './permissions.ts'
import { apiKeys } from './schema.ts'
import { hashSecret, newSecret } from './secret-token.ts'

export type CreateApiKey = {
  actor: Actor
  name: string
  scopes: readonly Permission[]
  /** Default: never. */
  expiresAt?: Date | undefined
}

/**
 * Makes a key for the actor's workspace and returns it with its secret, the only time the secret exists outside its
 * owner's hands. A key can do what its scopes say and its owner's role allows, whichever is less.
 */
export async function createApiKey(
  deps: { db: Db; now: () => Date },
  input: CreateApiKey,
): Promise<ApiKey & { key: string }> {
  const { actor } = input
  assertMay(actor, 'apiKeys.write')
  const tooWide = input.scopes.filter((scope) => !actor.permissions.has(scope))
  if (tooWide.length > 0) {
    throw identityErrors.scopeTooWide(`You do not have ${tooWide.join(', ')} yourself.`, {
      detail: { scopes: tooWide },
    })
  }
  return deps.db.transaction(async (tx) => {
    const personId = await personOf(tx, actor)
    const made = await insertApiKey(tx, {
      ...input,
      workspaceId: actor.workspaceId,
      personId,
      purpose: 'created',
      now: deps.now(),
    })
    const detail = { name: made.name, scopes: made.scopes }
    await recordAudit(tx, { actor, action: 'apiKey.created', subjectId: made.id, detail, at: deps.now() })
    return made
  })
}

/** The row of a new key. */
export async function insertApiKey(
  tx: Db,
  input: {
    workspaceId: string
    personId: string
    name: string
    scopes: readonly Permission[]
    purpose: 'created' | 'local'
    expiresAt?: Date | undefined
    now: Date
  },
): Promise<ApiKey & { key: string }> {
  const secret = newSecret()
  const { now, scopes, expiresAt, workspaceId, personId, name, purpose } = input
  const [row] = await tx
    .insert(apiKeys)
    .values({
      id: newId('key'),
      workspaceId,
      personId,
      name,
      purpose,
      scopes: [...new Set(scopes)],
      secretHash: hashSecret(secret),
      createdAt: now,
      expiresAt: expiresAt ?? null,
    })
    .returning()
  if (!row) throw new TypeError('An insert with returning gave no row')
  return { ...toApiKey(row), key: formatApiKey(row.id, secret) }
}
