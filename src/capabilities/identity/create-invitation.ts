import { and, eq, isNull } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { identityErrors } from './errors.ts'
import { toInvitation } from './list-invitations.ts'
import { assertCovers, assertOwnersUntouched } from './owners.ts'
import type { Role } from './permissions.ts'
import { invitations, people, workspaceMembers } from './schema.ts'
import { hashSecret, newSecret } from './secret-token.ts'
import type { Invitation } from './workspace.ts'

export type CreateInvitation = { actor: Actor; email: string; role: Role }

/** How long an invitation stays open. */
export const invitationMs = 7 * 24 * 3_600_000

/**
 * Invites an address into the actor's workspace. The link in `url` is shown only here; send it to that address.
 * A new invitation for the same address replaces the open one.
 */
export async function createInvitation(
  deps: { db: Db; now: () => Date; publicUrl: string },
  input: CreateInvitation,
): Promise<Invitation> {
  const { actor, role } = input
  assertMay(actor, 'members.write')
  assertOwnersUntouched(actor, role)
  assertCovers(actor, role)
  const email = input.email.toLowerCase()
  const now = deps.now()
  const token = newSecret()
  return deps.db.transaction(async (tx) => {
    await refuseMember(tx, actor.workspaceId, email)
    await tx
      .update(invitations)
      .set({ revokedAt: now })
      .where(
        and(
          eq(invitations.workspaceId, actor.workspaceId),
          eq(invitations.email, email),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
        ),
      )
    const row = {
      id: newId('invite'),
      workspaceId: actor.workspaceId,
      email,
      role,
      tokenHash: hashSecret(token),
      invitedBy: actor.id,
      createdAt: now,
      expiresAt: new Date(now.getTime() + invitationMs),
    }
    await tx.insert(invitations).values(row)
    await recordAudit(tx, {
      actor,
      action: 'invitation.created',
      subjectId: row.id,
      detail: { email, role },
      at: now,
    })
    return { ...toInvitation(row), url: `${deps.publicUrl.replace(/\/+$/, '')}/invitations/${token}` }
  })
}

async function refuseMember(tx: Db, workspaceId: string, email: string): Promise<void> {
  const [member] = await tx
    .select({ personId: people.id })
    .from(people)
    .innerJoin(workspaceMembers, eq(workspaceMembers.personId, people.id))
    .where(and(eq(people.email, email), eq(workspaceMembers.workspaceId, workspaceId)))
  if (member) throw identityErrors.alreadyMember(`${email} is already a member.`)
}
