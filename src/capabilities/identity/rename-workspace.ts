import { and, eq, sql } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { staleUpdate } from '../../platform/http/etag.ts'
import { recordAudit } from '../audit/index.ts'
import { getWorkspace } from './list-workspaces.ts'
import { workspaces } from './schema.ts'
import type { Workspace } from './workspace.ts'

export type RenameWorkspace = { actor: Actor; name: string; expectedVersion: number }

/** Renames the actor's workspace; `http.stale` when someone changed it in the meantime. */
export async function renameWorkspace(
  deps: { db: Db; now: () => Date },
  input: RenameWorkspace,
): Promise<Workspace> {
  const { actor, name, expectedVersion } = input
  assertMay(actor, 'workspaces.write')
  return deps.db.transaction(async (tx) => {
    const before = await getWorkspace(tx, actor)
    const updated = await tx
      .update(workspaces)
      .set({ name, version: sql`${workspaces.version} + 1`, updatedAt: deps.now() })
      .where(and(eq(workspaces.id, actor.workspaceId), eq(workspaces.version, expectedVersion)))
      .returning({ id: workspaces.id })
    const current = await getWorkspace(tx, actor)
    if (updated.length === 0) {
      throw staleUpdate({ yours: expectedVersion, current: current.version, resource: current })
    }
    await recordAudit(tx, {
      actor,
      action: 'workspace.renamed',
      subjectId: actor.workspaceId,
      detail: { from: before.name, to: name },
      at: deps.now(),
    })
    return current
  })
}
