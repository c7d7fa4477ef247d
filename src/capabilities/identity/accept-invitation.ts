import { hashPassword } from 'better-auth/crypto'
import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { createPerson } from './create-person.ts'
import { identityErrors } from './errors.ts'
import type { Role } from './permissions.ts'
import { invitations, people, workspaceMembers, workspaces } from './schema.ts'
import { hashSecret } from './secret-token.ts'

type InvitationDeps = { db: Db; now: () => Date }

/** What the reader of an invitation link gets to see before answering. */
export type InvitationOffer = {
  email: string
  role: Role
  workspaceName: string
  hasAccount: boolean
  expiresAt: string
}

/** Opens an invitation by its token; `identity.invitationNotFound` once it is used, revoked or expired. */
export async function readInvitation(deps: InvitationDeps, token: string): Promise<InvitationOffer> {
  const invitation = await openInvitation(deps, deps.db, token)
  const [workspace] = await deps.db
    .select({ name: workspaces.name })
    .from(workspaces)
    .where(eq(workspaces.id, invitation.workspaceId))
  const { email, role, expiresAt } = invitation
  const hasAccount = (await findPerson(deps.db, email)) !== undefined
  return { email, role, workspaceName: workspace?.name ?? '', hasAccount, expiresAt: expiresAt.toISOString() }
}

/** Accepts an invitation as the signed-in person, whose e-mail address must be the invited one. */
export async function acceptInvitation(
  deps: InvitationDeps,
  input: { actor: Actor; token: string },
): Promise<{ workspaceId: string; role: Role }> {
  const { actor, token } = input
  if (actor.kind !== 'person') throw identityErrors.personOnly('An API key cannot accept an invitation.')
  return deps.db.transaction(async (tx) => {
    const invitation = await openInvitation(deps, tx, token)
    const [person] = await tx.select({ email: people.email }).from(people).where(eq(people.id, actor.id))
    if (person?.email !== invitation.email)
      throw identityErrors.otherAddressee('You are signed in with another address.')
    return join(deps, tx, invitation, actor.id)
  })
}

/** Accepts an invitation by making an account for the invited address. */
export async function signUpInvited(
  deps: InvitationDeps,
  input: { token: string; name: string; password: string },
): Promise<{ workspaceId: string; role: Role; email: string }> {
  // Before the transaction: scrypt takes its time, and no row should be locked meanwhile.
  const passwordHash = await hashPassword(input.password)
  return deps.db.transaction(async (tx) => {
    const invitation = await openInvitation(deps, tx, input.token)
    const { email } = invitation
    if (await findPerson(tx, email)) throw identityErrors.accountExists(`${email} already has an account.`)
    const personId = await createPerson(tx, {
      email,
      name: input.name,
      passwordHash,
      mustChangePassword: false,
      now: deps.now(),
    })
    return { ...(await join(deps, tx, invitation, personId)), email }
  })
}

async function openInvitation(deps: InvitationDeps, db: Db, token: string) {
  const [invitation] = await db
    .select()
    .from(invitations)
    .where(
      and(
        eq(invitations.tokenHash, hashSecret(token)),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        gt(invitations.expiresAt, deps.now()),
      ),
    )
    .for('update')
  if (!invitation) throw identityErrors.invitationNotFound('This invitation is not open.')
  return invitation
}

async function findPerson(db: Db, email: string): Promise<string | undefined> {
  const [person] = await db.select({ id: people.id }).from(people).where(eq(people.email, email))
  return person?.id
}

async function join(
  deps: InvitationDeps,
  tx: Db,
  invitation: typeof invitations.$inferSelect,
  personId: string,
): Promise<{ workspaceId: string; role: Role }> {
  const { workspaceId, role, id } = invitation
  const now = deps.now()
  const joined = await tx
    .insert(workspaceMembers)
    .values({ workspaceId, personId, role, joinedAt: now })
    .onConflictDoNothing()
    .returning({ role: workspaceMembers.role })
  if (joined.length === 0) throw identityErrors.alreadyMember('You are already a member of this workspace.')
  await tx.update(invitations).set({ acceptedAt: now }).where(eq(invitations.id, id))
  const actor = { kind: 'person' as const, id: personId, workspaceId }
  await recordAudit(tx, { actor, action: 'invitation.accepted', subjectId: id, detail: { role }, at: now })
  return { workspaceId, role }
}
