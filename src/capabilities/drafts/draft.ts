import { z } from '@hono/zod-openapi'
import { draftErrors } from './errors.ts'
import type { drafts } from './schema.ts'

/** Saved is a thought kept, a draft is being worked on, the rest says where it went. */
export const draftStages = ['saved', 'draft', 'scheduled', 'published', 'archived'] as const
export type DraftStage = (typeof draftStages)[number]

/** From which stage a draft may go where. */
export const draftTransitions: Readonly<Record<DraftStage, readonly DraftStage[]>> = {
  saved: ['draft', 'archived'],
  draft: ['saved', 'scheduled', 'archived'],
  // What is scheduled must be taken back first: archiving it would leave a post waiting for a text nobody sees.
  scheduled: ['draft', 'published'],
  published: ['archived'],
  archived: ['saved', 'draft'],
}

/** Refuses a move that the table does not have; staying is always allowed. */
export function assertDraftMove(from: DraftStage, to: DraftStage): void {
  if (from === to || draftTransitions[from].includes(to)) return
  throw draftErrors.wrongStage(`A draft that is ${from} cannot become ${to}.`, {
    detail: { from, to, possible: draftTransitions[from] },
  })
}

export const draftTitleSchema = z.string().trim().min(1).max(300)
export const draftBodySchema = z.string().max(20_000)

export const draftSchema = z
  .object({
    id: z.string().openapi({ example: 'draft_01J9ZK4Q8F0000000000000000' }),
    title: z.string(),
    body: z.string(),
    stage: z.enum(draftStages),
    assetIds: z.array(z.string()).openapi({ description: 'Files in the order they are meant to be used.' }),
    clipId: z.string().nullable(),
    version: z.int(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('Draft')

export type Draft = z.infer<typeof draftSchema>

/** A row as callers see it. */
export function toDraft(row: typeof drafts.$inferSelect): Draft {
  const { workspaceId: _workspaceId, origin: _origin, createdAt, updatedAt, ...rest } = row
  return { ...rest, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
}
