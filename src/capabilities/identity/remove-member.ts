import { and, eq, isNull } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { assertNotLastOwner, assertOwnersUntouched, lockMember } from './owners.ts'
import { apiKeys, workspaceMembers } from './schema.ts'

export type RemoveMember = { actor: Actor; personId: string }

/**
 * Takes a member out of the workspace and revokes their keys to it. Anyone may leave by themselves; the last owner
 * stays. The person keeps the account.
 */
export async function removeMember(deps: { db: Db; now: () => Date }, input: RemoveMember): Promise<void> {
  const { actor, personId } = input
  const isLeaving = actor.kind === 'person' && actor.id === personId
  if (!isLeaving) assertMay(actor, 'members.write')
  const now = deps.now()
  await deps.db.transaction(async (tx) => {
    const role = await lockMember(tx, actor.workspaceId, personId)
    assertOwnersUntouched(actor, role)
    if (role === 'owner') await assertNotLastOwner(tx, actor.workspaceId)
    await tx
      .delete(workspaceMembers)
      .where(
        and(eq(workspaceMembers.workspaceId, actor.workspaceId), eq(workspaceMembers.personId, personId)),
      )
    await tx
      .update(apiKeys)
      .set({ revokedAt: now })
      .where(
        and(
          eq(apiKeys.workspaceId, actor.workspaceId),
          eq(apiKeys.personId, personId),
          isNull(apiKeys.revokedAt),
        ),
      )
    const action = isLeaving ? 'member.left' : 'member.removed'
    await recordAudit(tx, { actor, action, subjectId: personId, detail: { role }, at: now })
  })
}
