import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { runsById } from '../../platform/durable/index.ts'
import type { AssetDeps } from '../assets/index.ts'
import { type Clip, clipsOfRuns } from '../clips/index.ts'
import { linkMedia, type MediaLinks } from '../media/index.ts'
import { productionErrors } from './errors.ts'
import type { Production, ProductionClip } from './production.ts'
import { productions } from './schema.ts'

export type ShowDeps = Pick<AssetDeps, 'db' | 'storage' | 'secret' | 'deliverySeconds' | 'now'>

type ProductionRow = typeof productions.$inferSelect

/** One production of the actor's workspace with all its results. Fails with `productions.notFound`. */
export async function getProduction(
  deps: ShowDeps,
  input: { actor: Actor; productionId: string },
): Promise<Production> {
  const { actor, productionId } = input
  assertMay(actor, 'productions.read')
  const [row] = await deps.db
    .select()
    .from(productions)
    .where(and(eq(productions.id, productionId), eq(productions.workspaceId, actor.workspaceId)))
  if (!row) throw productionErrors.notFound(`There is no production ${productionId}.`)
  const [production] = await showProductions(deps, actor.workspaceId, [row])
  return production!
}

/**
 * Rows of one workspace with their runs, packages and clips, as callers see them; as many queries for a page as for
 * one. Who may see a production may see its results, so they are looked up in the product's own name.
 */
export async function showProductions(
  deps: ShowDeps,
  workspaceId: string,
  rows: readonly ProductionRow[],
): Promise<Production[]> {
  const runIds = rows.map((row) => row.runId)
  const [runs, media, clips] = await Promise.all([
    runsById(deps.db, { workspaceId, runIds }),
    linkMedia(deps, { workspaceId, assetIds: rows.map((row) => row.assetId) }),
    clipsOfRuns(deps, { workspaceId, runIds }),
  ])
  return rows.map((row) => {
    // A production and its run are written in one transaction, and neither goes without the other.
    const { state, stage, stageLabel, percent, error, finishedAt } = runs.get(row.runId)!
    return {
      id: row.id,
      runId: row.runId,
      assetId: row.assetId,
      title: row.title,
      state,
      stage,
      stageLabel,
      percent,
      error,
      finishedAt,
      ...(media.get(row.assetId) ?? nothingMade),
      clips: (clips.get(row.runId) ?? []).map(toProductionClip),
      transcriptId: row.facts.transcriptId ?? null,
      drafts: row.facts.drafts ?? [],
      createdAt: row.createdAt.toISOString(),
    }
  })
}

const nothingMade: MediaLinks = {
  durationMs: null,
  hlsUrl: null,
  posterUrl: null,
  contactSheetUrl: null,
  analysisUrl: null,
}

function toProductionClip(clip: Clip): ProductionClip {
  const { id, title, state, startMs, endMs, reasons, fileUrl, thumbnailUrl, receipt } = clip
  return { clipId: id, title, state, startMs, endMs, reasons, fileUrl, thumbnailUrl, receipt }
}
