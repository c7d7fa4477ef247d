import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { type Draft, toDraft } from './draft.ts'
import { draftErrors } from './errors.ts'
import { drafts } from './schema.ts'

/** One draft of the actor's workspace; `drafts.notFound` also for drafts of other workspaces. */
export async function getDraft(deps: { db: Db }, input: { actor: Actor; draftId: string }): Promise<Draft> {
  assertMay(input.actor, 'drafts.read')
  const [row] = await deps.db
    .select()
    .from(drafts)
    .where(and(eq(drafts.id, input.draftId), eq(drafts.workspaceId, input.actor.workspaceId)))
  if (!row) throw draftErrors.notFound(`There is no draft ${input.draftId}.`)
  return toDraft(row)
}
