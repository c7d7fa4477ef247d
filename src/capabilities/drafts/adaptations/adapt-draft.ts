import { and, eq, inArray, sql } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { recordAudit } from '../../audit/index.ts'
import { draftErrors } from '../errors.ts'
import { getDraft } from '../get-draft.ts'
import { draftAdaptations } from '../schema.ts'
import { type Adaptation, toAdaptation } from './adaptation.ts'
import { adaptText } from './adapt-text.ts'
import { type TextDestination, textLimitsOf } from './text-limits.ts'

export type AdaptDraft = {
  actor: Actor
  draftId: string
  destinations: readonly TextDestination[]
  /** Makes those anew that are there, also what people changed in them. Default false: they are kept. */
  again?: boolean
}

/**
 * Adapts a draft's title and text for destinations and gives all of these adaptations. What is there is kept unless
 * `again` says otherwise. Fails with `drafts.notFound`, or `drafts.published` for what can no longer change.
 */
export async function adaptDraft(
  deps: { db: Db; now?: () => Date },
  input: AdaptDraft,
): Promise<Adaptation[]> {
  const { actor, draftId, again = false } = input
  assertMay(actor, 'drafts.write')
  const draft = await getDraft(deps, { actor, draftId })
  if (draft.stage === 'published') throw draftErrors.published(`"${draft.title}" has been published.`)
  const destinations = [...new Set(input.destinations)]
  const at = deps.now?.() ?? new Date()
  return deps.db.transaction(async (tx) => {
    for (const destination of destinations) {
      const { content, notes } = adaptText(draft, textLimitsOf(destination))
      const made = { content, notes, draftVersion: draft.version, editedBy: null, updatedAt: at }
      const insert = tx
        .insert(draftAdaptations)
        .values({ ...made, draftId, destination, workspaceId: actor.workspaceId, version: 1 })
      const target = [draftAdaptations.draftId, draftAdaptations.destination]
      await (again
        ? insert.onConflictDoUpdate({
            target,
            set: { ...made, version: sql`${draftAdaptations.version} + 1` },
          })
        : insert.onConflictDoNothing({ target }))
    }
    await publishEvent(tx, {
      type: 'draft.adapted',
      workspaceId: actor.workspaceId,
      subjectId: draftId,
      data: { destinations },
    })
    await recordAudit(tx, {
      actor,
      action: 'draft.adapted',
      subjectId: draftId,
      detail: { destinations, again },
    })
    const rows = await tx
      .select()
      .from(draftAdaptations)
      .where(and(eq(draftAdaptations.draftId, draftId), inArray(draftAdaptations.destination, destinations)))
    const byDestination = new Map(rows.map((row) => [row.destination, toAdaptation(row, draft)]))
    return destinations.map((destination) => byDestination.get(destination)!)
  })
}
