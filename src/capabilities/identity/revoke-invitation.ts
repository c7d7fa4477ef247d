import { and, eq, isNull } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { identityErrors } from './errors.ts'
import { invitations } from './schema.ts'

export type RevokeInvitation = { actor: Actor; invitationId: string }

/** Closes an open invitation; its link stops working. */
export async function revokeInvitation(
  deps: { db: Db; now: () => Date },
  input: RevokeInvitation,
): Promise<void> {
  const { actor, invitationId } = input
  assertMay(actor, 'members.write')
  await deps.db.transaction(async (tx) => {
    const [row] = await tx
      .update(invitations)
      .set({ revokedAt: deps.now() })
      .where(
        and(
          eq(invitations.id, invitationId),
          eq(invitations.workspaceId, actor.workspaceId),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
        ),
      )
      .returning({ email: invitations.email })
    if (!row) throw identityErrors.invitationNotFound('There is no such open invitation.')
    await recordAudit(tx, {
      actor,
      action: 'invitation.revoked',
      subjectId: invitationId,
      detail: { email: row.email },
      at: deps.now(),
    })
  })
}
