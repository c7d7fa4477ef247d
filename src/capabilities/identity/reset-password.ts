import { hashPassword } from 'better-auth/crypto'
import { and, eq, ne } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { identityErrors } from './errors.ts'
import { personOf } from './list-workspaces.ts'
import { newOneTimePassword } from './one-time-password.ts'
import { assertCovers, assertOwnersUntouched, lockMember } from './owners.ts'
import { accounts, people, sessions, workspaceMembers } from './schema.ts'

export type ResetPassword = { actor: Actor; personId: string }

/**
 * Gives a member a new one-time password and ends their sessions, for those who forgot theirs. Whoever resets a
 * password could sign in with it, so it is refused for owners (except by owners) and for people who also work in
 * workspaces that the acting person does not own.
 */
export async function resetPassword(
  deps: { db: Db; now: () => Date },
  input: ResetPassword,
): Promise<{ oneTimePassword: string }> {
  const { actor, personId } = input
  assertMay(actor, 'members.write')
  const oneTimePassword = newOneTimePassword()
  const passwordHash = await hashPassword(oneTimePassword)
  const now = deps.now()
  await deps.db.transaction(async (tx) => {
    const role = await lockMember(tx, actor.workspaceId, personId)
    assertOwnersUntouched(actor, role)
    assertCovers(actor, role)
    await refuseShared(tx, actor, personId)
    const updated = await tx
      .update(accounts)
      .set({ password: passwordHash, updatedAt: now })
      .where(and(eq(accounts.userId, personId), eq(accounts.providerId, 'credential')))
      .returning({ id: accounts.id })
    if (updated.length === 0) {
      const account = { providerId: 'credential', accountId: personId, password: passwordHash }
      await tx
        .insert(accounts)
        .values({ id: newId('account'), userId: personId, ...account, createdAt: now, updatedAt: now })
    }
    await tx.update(people).set({ mustChangePassword: true, updatedAt: now }).where(eq(people.id, personId))
    await tx.delete(sessions).where(eq(sessions.userId, personId))
    await recordAudit(tx, { actor, action: 'member.passwordReset', subjectId: personId, at: now })
  })
  return { oneTimePassword }
}

async function refuseShared(tx: Db, actor: Actor, personId: string): Promise<void> {
  const others = await tx
    .select({ workspaceId: workspaceMembers.workspaceId })
    .from(workspaceMembers)
    .where(and(eq(workspaceMembers.personId, personId), ne(workspaceMembers.workspaceId, actor.workspaceId)))
  if (others.length === 0 || actor.kind === 'system') return
  const owned = await tx
    .select({ workspaceId: workspaceMembers.workspaceId })
    .from(workspaceMembers)
    .where(and(eq(workspaceMembers.personId, await personOf(tx, actor)), eq(workspaceMembers.role, 'owner')))
  const ownedIds = new Set(owned.map((row) => row.workspaceId))
  if (others.every((row) => ownedIds.has(row.workspaceId))) return
  throw identityErrors.sharedPerson('This person also belongs to a workspace of someone else.')
}
