import { eq } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { people, workspaceMembers } from './schema.ts'

/**
 * Puts a sign-in, or a refused one, into the trail of every workspace the person belongs to. Nothing is recorded for
 * addresses without an account: there is no workspace they concern.
 */
export async function recordSignIn(
  deps: { db: Db; now: () => Date },
  signIn: { email: string; address: string; isRefused: boolean },
): Promise<void> {
  const memberships = await deps.db
    .select({ personId: people.id, workspaceId: workspaceMembers.workspaceId })
    .from(people)
    .innerJoin(workspaceMembers, eq(workspaceMembers.personId, people.id))
    .where(eq(people.email, signIn.email.trim().toLowerCase()))
  for (const { personId, workspaceId } of memberships) {
    await recordAudit(deps.db, {
      actor: { kind: 'person', id: personId, workspaceId },
      action: signIn.isRefused ? 'session.refused' : 'session.started',
      subjectId: personId,
      detail: { address: signIn.address },
      at: deps.now(),
    })
  }
}
