import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { assertAssets } from '../assets/index.ts'
import { recordAudit } from '../audit/index.ts'
import { findClip } from '../clips/index.ts'
import { type Draft, draftBodySchema, type DraftStage, draftTitleSchema, toDraft } from './draft.ts'
import { draftErrors } from './errors.ts'
import { drafts } from './schema.ts'

export type CreateDraft = {
  actor: Actor
  title: string
  body?: string
  /** Where it starts: a thought kept, or something to work on (default). */
  stage?: Extract<DraftStage, 'saved' | 'draft'>
  assetId?: string
  assetIds?: readonly string[]
  clipId?: string
  /** The run that makes it. With `clipId` it is the draft's origin: the same origin never makes a second draft. */
  runId?: string
}

/**
 * Makes a draft, or returns the one that the same run already made for the same clip. Fails with `assets.notFound`
 * or `clips.notFound` for what is not in the workspace; the product itself names only what it has made.
 */
export async function createDraft(
  deps: { db: Db; now?: () => Date; newDraftId?: () => string },
  input: CreateDraft,
): Promise<Draft> {
  const { actor } = input
  assertMay(actor, 'drafts.write')
  const { workspaceId } = actor
  const assetIds = [...new Set([...(input.assetId ? [input.assetId] : []), ...(input.assetIds ?? [])])]
  if (actor.kind !== 'system') {
    await assertAssets(deps.db, { actor, assetIds })
    if (input.clipId !== undefined) await findClip(deps.db, { workspaceId, clipId: input.clipId })
  }
  const at = deps.now?.() ?? new Date()
  const origin = input.runId ? `${input.runId}/${input.clipId ?? ''}` : null
  const row: typeof drafts.$inferInsert = {
    id: deps.newDraftId?.() ?? newId('draft'),
    workspaceId,
    title: checked(draftTitleSchema, input.title),
    body: checked(draftBodySchema, input.body ?? ''),
    stage: input.stage ?? 'draft',
    assetIds,
    clipId: input.clipId ?? null,
    origin,
    version: 1,
    createdBy: actor.id,
    createdAt: at,
    updatedAt: at,
  }
  return deps.db.transaction(async (tx) => {
    const [made] = await tx
      .insert(drafts)
      .values(row)
      .onConflictDoNothing({ target: [drafts.workspaceId, drafts.origin] })
      .returning()
    if (!made) return findByOrigin(tx, actor.workspaceId, origin!)
    const subject = { workspaceId: actor.workspaceId, subjectId: made.id }
    await publishEvent(tx, {
      type: 'draft.created',
      ...subject,
      data: { title: made.title, clipId: made.clipId },
    })
    await recordAudit(tx, {
      actor,
      action: 'draft.created',
      subjectId: made.id,
      detail: { title: made.title },
    })
    return toDraft(made)
  })
}

async function findByOrigin(db: Db, workspaceId: string, origin: string): Promise<Draft> {
  const [row] = await db
    .select()
    .from(drafts)
    .where(and(eq(drafts.workspaceId, workspaceId), eq(drafts.origin, origin)))
  if (!row) throw draftErrors.notFound('The draft of this run is gone.')
  return toDraft(row)
}

/** The value if the schema takes it; `drafts.invalid` with the reason otherwise. */
export function checked(schema: typeof draftTitleSchema | typeof draftBodySchema, value: string): string {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw draftErrors.invalid(parsed.error.issues[0]?.message ?? 'The draft is not valid.')
  return parsed.data
}
