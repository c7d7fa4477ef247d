import { and, eq } from 'drizzle-orm'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { identityErrors } from './errors.ts'
import { permissionsOf, type Role } from './permissions.ts'
import { workspaceMembers, workspaces } from './schema.ts'

/**
 * The role of a member, with changes of this workspace's members held back until the transaction ends: two owners
 * who demote each other at the same moment must not both succeed.
 */
export async function lockMember(tx: Db, workspaceId: string, personId: string): Promise<Role> {
  await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('update')
  const [member] = await tx
    .select({ role: workspaceMembers.role })
    .from(workspaceMembers)
    .where(and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.personId, personId)))
  if (!member) throw identityErrors.memberNotFound(`There is no member ${personId.slice(0, 60)}.`)
  return member.role
}

/** Refuses everyone but owners when any of these roles is `owner`. */
export function assertOwnersUntouched(actor: Actor, ...touched: Role[]): void {
  if (!touched.includes('owner') || actor.kind === 'system' || actor.permissions.has('members.owners')) return
  throw identityErrors.ownersOnly('This concerns an owner.')
}

/**
 * Refuses to hand out a role that can do more than the actor, or to take over someone who has one: a key that may
 * only manage members must not make itself an admin that way.
 */
export function assertCovers(actor: Actor, role: Role): void {
  if (actor.kind === 'system') return
  const missing = [...permissionsOf(role)].filter((permission) => !actor.permissions.has(permission))
  if (missing.length === 0) return
  throw identityErrors.roleTooWide(`You do not have ${missing.join(', ')} yourself.`, { detail: { missing } })
}

/** Refuses when the workspace has one owner left. Call with the workspace locked. */
export async function assertNotLastOwner(tx: Db, workspaceId: string): Promise<void> {
  const owners = await tx
    .select({ personId: workspaceMembers.personId })
    .from(workspaceMembers)
    .where(and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.role, 'owner')))
  if (owners.length < 2) throw identityErrors.lastOwner('This is the last owner of the workspace.')
}
