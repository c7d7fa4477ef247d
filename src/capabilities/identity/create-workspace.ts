import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { identityErrors } from './errors.ts'
import { workspaceMembers, workspaces } from './schema.ts'
import type { Workspace } from './workspace.ts'

export type CreateWorkspace = { actor: Actor; name: string }

/** Makes a workspace with the acting person as its owner. An API key cannot: it belongs to one workspace. */
export async function createWorkspace(
  deps: { db: Db; now: () => Date },
  input: CreateWorkspace,
): Promise<Workspace> {
  assertMay(input.actor, 'workspaces.write')
  if (input.actor.kind !== 'person') throw identityErrors.personOnly('An API key cannot make workspaces.')
  const personId = input.actor.id
  return deps.db.transaction((tx) => insertWorkspace(tx, { name: input.name, personId, now: deps.now() }))
}

/** The rows of a new workspace with its first owner, and its first line in the trail. */
export async function insertWorkspace(
  tx: Db,
  input: { name: string; personId: string; now: Date },
): Promise<Workspace> {
  const { name, personId, now } = input
  const id = newId('ws')
  await tx.insert(workspaces).values({ id, name, createdAt: now, updatedAt: now })
  await tx.insert(workspaceMembers).values({ workspaceId: id, personId, role: 'owner', joinedAt: now })
  const actor = { kind: 'person' as const, id: personId, workspaceId: id }
  await recordAudit(tx, { actor, action: 'workspace.created', subjectId: id, detail: { name }, at: now })
  return { id, name, role: 'owner', version: 1, createdAt: now.toISOString() }
}
