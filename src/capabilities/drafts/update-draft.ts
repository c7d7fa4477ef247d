import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { staleUpdate } from '../../platform/http/etag.ts'
import { assertAssets } from '../assets/index.ts'
import { recordAudit } from '../audit/index.ts'
import { checked } from './create-draft.ts'
import {
  assertDraftMove,
  type Draft,
  draftBodySchema,
  type DraftStage,
  draftTitleSchema,
  toDraft,
} from './draft.ts'
import { getDraft } from './get-draft.ts'
import { drafts } from './schema.ts'

export type UpdateDraft = {
  actor: Actor
  draftId: string
  /** The version that the change was made on; another one means someone else was faster. */
  version: number
  title?: string
  body?: string
  stage?: DraftStage
  assetIds?: readonly string[]
}

/**
 * Changes a draft. A lost update is refused with both versions, a stage change that the transition table does not
 * have is refused with the possible ones.
 */
export async function updateDraft(deps: { db: Db; now?: () => Date }, input: UpdateDraft): Promise<Draft> {
  const { actor, draftId, version } = input
  assertMay(actor, 'drafts.write')
  const current = await getDraft(deps, { actor, draftId })
  if (current.version !== version)
    throw staleUpdate({ yours: version, current: current.version, resource: current })
  if (input.stage) assertDraftMove(current.stage, input.stage)
  // A file that was deleted meanwhile may stay where it was.
  const added = (input.assetIds ?? []).filter((id) => !current.assetIds.includes(id))
  await assertAssets(deps.db, { actor, assetIds: added })
  return deps.db.transaction(async (tx) => {
    const [row] = await tx
      .update(drafts)
      .set({
        title: input.title === undefined ? undefined : checked(draftTitleSchema, input.title),
        body: input.body === undefined ? undefined : checked(draftBodySchema, input.body),
        stage: input.stage,
        assetIds: input.assetIds === undefined ? undefined : [...new Set(input.assetIds)],
        version: version + 1,
        updatedAt: deps.now?.() ?? new Date(),
      })
      .where(
        and(eq(drafts.id, draftId), eq(drafts.workspaceId, actor.workspaceId), eq(drafts.version, version)),
      )
      .returning()
    if (!row) {
      const winner = await getDraft({ db: tx }, { actor, draftId })
      throw staleUpdate({ yours: version, current: winner.version, resource: winner })
    }
    const subject = { workspaceId: actor.workspaceId, subjectId: draftId }
    await publishEvent(tx, {
      type: 'draft.updated',
      ...subject,
      data: { stage: row.stage, version: row.version },
    })
    await recordAudit(tx, {
      actor,
      action: input.stage === 'archived' ? 'draft.archived' : 'draft.updated',
      subjectId: draftId,
      detail: { from: current.stage, to: row.stage, version: row.version },
    })
    return toDraft(row)
  })
}

/** Takes a draft out of the lists; it can be brought back with `updateDraft`. */
export function archiveDraft(
  deps: { db: Db; now?: () => Date },
  input: { actor: Actor; draftId: string; version: number },
): Promise<Draft> {
  return updateDraft(deps, { ...input, stage: 'archived' })
}
