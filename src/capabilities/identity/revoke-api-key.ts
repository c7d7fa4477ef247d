import { and, eq, isNull } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { identityErrors } from './errors.ts'
import { apiKeys } from './schema.ts'

export type RevokeApiKey = { actor: Actor; keyId: string }

/** Ends a key at once and for good. */
export async function revokeApiKey(deps: { db: Db; now: () => Date }, input: RevokeApiKey): Promise<void> {
  const { actor, keyId } = input
  assertMay(actor, 'apiKeys.write')
  await deps.db.transaction(async (tx) => {
    const [row] = await tx
      .update(apiKeys)
      .set({ revokedAt: deps.now() })
      .where(
        and(eq(apiKeys.id, keyId), eq(apiKeys.workspaceId, actor.workspaceId), isNull(apiKeys.revokedAt)),
      )
      .returning({ name: apiKeys.name })
    if (!row) throw identityErrors.keyNotFound(`There is no key ${keyId.slice(0, 60)}.`)
    await recordAudit(tx, {
      actor,
      action: 'apiKey.revoked',
      subjectId: keyId,
      detail: { name: row.name },
      at: deps.now(),
    })
  })
}
