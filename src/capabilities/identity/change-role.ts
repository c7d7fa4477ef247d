import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { assertCovers, assertNotLastOwner, assertOwnersUntouched, lockMember } from './owners.ts'
import { getMember } from './list-members.ts'
import type { Role } from './permissions.ts'
import { workspaceMembers } from './schema.ts'
import type { Member } from './workspace.ts'

export type ChangeRole = { actor: Actor; personId: string; role: Role }

/** Gives a member another role. Only owners make or unmake owners, and the last one stays. */
export async function changeRole(deps: { db: Db; now: () => Date }, input: ChangeRole): Promise<Member> {
  const { actor, personId, role } = input
  assertMay(actor, 'members.write')
  return deps.db.transaction(async (tx) => {
    const before = await lockMember(tx, actor.workspaceId, personId)
    assertOwnersUntouched(actor, before, role)
    assertCovers(actor, role)
    if (before === 'owner' && role !== 'owner') await assertNotLastOwner(tx, actor.workspaceId)
    await tx
      .update(workspaceMembers)
      .set({ role })
      .where(
        and(eq(workspaceMembers.workspaceId, actor.workspaceId), eq(workspaceMembers.personId, personId)),
      )
    await recordAudit(tx, {
      actor,
      action: 'member.roleChanged',
      subjectId: personId,
      detail: { from: before, to: role },
      at: deps.now(),
    })
    return getMember(tx, actor, personId)
  })
}
