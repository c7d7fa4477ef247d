import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { parseApiKey } from './api-key.ts'
import { insertApiKey } from './create-api-key.ts'
import { identityErrors } from './errors.ts'
import { permissions } from './permissions.ts'
import { apiKeys, workspaceMembers } from './schema.ts'
import { matchesHash } from './secret-token.ts'

/**
 * The key with which the command line of this machine talks to the server: the one it has already, as long as it
 * works and allows all that there is now, else a new one in the name of the first owner. Older ones of its kind are revoked then. Call it after
 * `ensureOwner`, and keep the key where only this user can read it.
 */
export async function ensureLocalKey(
  deps: { db: Db; now?: () => Date },
  existing?: string,
): Promise<{ apiKey: string; workspaceId: string }> {
  return deps.db.transaction(async (tx) => {
    const [owner] = await tx
      .select()
      .from(workspaceMembers)
      .where(eq(workspaceMembers.role, 'owner'))
      .orderBy(asc(workspaceMembers.joinedAt))
      .limit(1)
    if (!owner) throw identityErrors.memberNotFound('There is no owner yet.')
    const kept = existing === undefined ? undefined : await workingKey(tx, existing)
    if (kept && existing !== undefined) return { apiKey: existing, workspaceId: kept.workspaceId }

    const now = deps.now?.() ?? new Date()
    const { workspaceId, personId } = owner
    await tx
      .update(apiKeys)
      .set({ revokedAt: now })
      .where(
        and(eq(apiKeys.purpose, 'local'), eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt)),
      )
    const made = await insertApiKey(tx, {
      workspaceId,
      personId,
      name: 'Command line on this machine',
      scopes: permissions,
      purpose: 'local',
      now,
    })
    const actor = { kind: 'system' as const, id: 'start', workspaceId }
    await recordAudit(tx, {
      actor,
      action: 'apiKey.created',
      subjectId: made.id,
      detail: { name: made.name },
      at: now,
    })
    return { apiKey: made.key, workspaceId }
  })
}

async function workingKey(tx: Db, text: string) {
  const key = parseApiKey(text)
  if (!key) return undefined
  const [row] = await tx
    .select({ workspaceId: apiKeys.workspaceId, secretHash: apiKeys.secretHash, scopes: apiKeys.scopes })
    .from(apiKeys)
    .innerJoin(
      workspaceMembers,
      and(
        eq(workspaceMembers.workspaceId, apiKeys.workspaceId),
        eq(workspaceMembers.personId, apiKeys.personId),
        eq(workspaceMembers.role, 'owner'),
      ),
    )
    .where(and(eq(apiKeys.id, key.keyId), eq(apiKeys.purpose, 'local'), isNull(apiKeys.revokedAt)))
  if (!row || !matchesHash(key.secret, row.secretHash)) return undefined
  const scopes: ReadonlySet<string> = new Set(row.scopes)
  return permissions.every((permission) => scopes.has(permission)) ? row : undefined
}
