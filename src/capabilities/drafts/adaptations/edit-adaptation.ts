import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { staleUpdate } from '../../../platform/http/etag.ts'
import { recordAudit } from '../../audit/index.ts'
import { draftErrors } from '../errors.ts'
import { getDraft } from '../get-draft.ts'
import { draftAdaptations } from '../schema.ts'
import type { Adaptation } from './adaptation.ts'
import { type Content, contentSchema } from './content.ts'
import { getAdaptation } from './list-adaptations.ts'
import type { TextDestination } from './text-limits.ts'

type Place = { actor: Actor; draftId: string; destination: TextDestination }

export type EditAdaptation = Place & {
  /** The version that the change was made on. */
  version: number
  content: Partial<Content>
}

/**
 * Changes what a draft says at one destination. Texts that break its limits are kept and marked: a person may be in
 * the middle of writing. A lost update is refused with both versions; `drafts.published` for what cannot change.
 */
export async function editAdaptation(
  deps: { db: Db; now?: () => Date },
  input: EditAdaptation,
): Promise<Adaptation> {
  const { actor, draftId, destination, version } = input
  assertMay(actor, 'drafts.write')
  await assertUnpublished(deps, input)
  const current = await getAdaptation(deps, input)
  return deps.db.transaction(async (tx) => {
    const content = contentSchema.parse({ ...current.content, ...input.content })
    const [row] = await tx
      .update(draftAdaptations)
      .set({
        content,
        editedBy: actor.id,
        version: version + 1,
        updatedAt: deps.now?.() ?? new Date(),
      })
      .where(and(isAt(input), eq(draftAdaptations.version, version)))
      .returning({ version: draftAdaptations.version })
    if (!row) {
      const winner = await getAdaptation({ db: tx }, input)
      throw staleUpdate({ yours: version, current: winner.version, resource: winner })
    }
    await tell(tx, input, 'draft.adaptationEdited')
    return getAdaptation({ db: tx }, { actor, draftId, destination })
  })
}

/** Takes an adaptation away. Fails with `drafts.adaptationNotFound`. */
export async function removeAdaptation(deps: { db: Db }, input: Place): Promise<void> {
  assertMay(input.actor, 'drafts.write')
  await assertUnpublished(deps, input)
  await getAdaptation(deps, input)
  await deps.db.transaction(async (tx) => {
    await tx.delete(draftAdaptations).where(isAt(input))
    await tell(tx, input, 'draft.adaptationRemoved')
  })
}

async function assertUnpublished(deps: { db: Db }, input: Place): Promise<void> {
  const draft = await getDraft(deps, input)
  if (draft.stage === 'published') throw draftErrors.published(`"${draft.title}" has been published.`)
}

function isAt({ actor, draftId, destination }: Place) {
  return and(
    eq(draftAdaptations.draftId, draftId),
    eq(draftAdaptations.destination, destination),
    eq(draftAdaptations.workspaceId, actor.workspaceId),
  )
}

async function tell(tx: Db, { actor, draftId, destination }: Place, action: string): Promise<void> {
  await publishEvent(tx, {
    type: 'draft.adapted',
    workspaceId: actor.workspaceId,
    subjectId: draftId,
    data: { destinations: [destination] },
  })
  await recordAudit(tx, { actor, action, subjectId: draftId, detail: { destination } })
}
