import { APIError } from 'better-auth/api'
import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { invitations, workspaceMembers } from './schema.ts'

type AdmitDeps = { db: Db; now: () => Date }

/**
 * Lets a new person in through a sign-in provider only when the provider vouches for the e-mail address and someone
 * has invited it. The error travels to the sign-in page in the address (`?error=invitation_required`).
 */
export async function admitByInvitation(
  deps: AdmitDeps,
  person: { email: string; emailVerified: boolean; name: string },
): Promise<{ data: { name: string } }> {
  const open = await openInvitations(deps, person.email)
  if (!person.emailVerified || open.length === 0) {
    throw new APIError('FORBIDDEN', {
      code: 'invitation_required',
      message: 'Nobody has invited this address.',
    })
  }
  return { data: { name: person.name || person.email } }
}

/** Makes a person who has just come in a member wherever the address is invited. */
export async function joinInvited(
  deps: AdmitDeps,
  person: { personId: string; email: string },
): Promise<void> {
  const now = deps.now()
  await deps.db.transaction(async (tx) => {
    for (const invitation of await openInvitations({ db: tx, now: deps.now }, person.email)) {
      const { workspaceId, role, id } = invitation
      await tx
        .insert(workspaceMembers)
        .values({ workspaceId, personId: person.personId, role, joinedAt: now })
        .onConflictDoNothing()
      await tx.update(invitations).set({ acceptedAt: now }).where(eq(invitations.id, id))
      await recordAudit(tx, {
        actor: { kind: 'person', id: person.personId, workspaceId },
        action: 'invitation.accepted',
        subjectId: id,
        detail: { role },
        at: now,
      })
    }
  })
}

function openInvitations(deps: AdmitDeps, email: string) {
  return deps.db
    .select()
    .from(invitations)
    .where(
      and(
        eq(invitations.email, email.toLowerCase()),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        gt(invitations.expiresAt, deps.now()),
      ),
    )
}
