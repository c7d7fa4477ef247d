import { z } from '@hono/zod-openapi'
import { eq, and } from 'drizzle-orm'
import type { Db } from '../../../platform/db/client.ts'
import { type SignDeps, linkAssets } from '../../assets/index.ts'
import { mediaRenditions } from '../schema.ts'
import { renditionErrors } from './errors.ts'
import { presetNames } from './presets.ts'
import { qualityMetrics } from './quality.ts'

export const renditionStates = ['queued', 'processing', 'processed', 'failed', 'cancelled'] as const
export type RenditionState = (typeof renditionStates)[number]

const loudness = z.object({ integratedLufs: z.number(), truePeakDb: z.number() })

export const renditionReportSchema = z
  .object({
    preset: z.enum(presetNames),
    codec: z.string(),
    audioCodec: z.string().nullable(),
    width: z.int(),
    height: z.int(),
    frameRate: z.object({ num: z.int(), den: z.int() }),
    frames: z.int(),
    durationMs: z.number(),
    sizeBytes: z.int(),
    bitRate: z.int(),
    video: z.enum(['copied', 'encoded']),
    audio: z.enum(['copied', 'encoded', 'none']),
    quality: z.object({
      metric: z.enum(qualityMetrics),
      score: z.number(),
      threshold: z.number(),
      comparedMs: z.number(),
    }),
    attempts: z.int(),
    loudness: z.object({ before: loudness, after: loudness, targetLufs: z.number() }).nullable(),
    cpuMs: z.number(),
    notes: z.array(z.string()),
  })
  .openapi('RenditionReport')

export const renditionSchema = z
  .object({
    id: z.string().openapi({ example: 'rendition_01J9ZK4Q8F0000000000000000' }),
    assetId: z.string().openapi({ description: 'The recording it is made from.' }),
    preset: z.enum(presetNames),
    minScore: z.number().nullable(),
    state: z.enum(renditionStates),
    runId: z.string().nullable().openapi({ description: 'The run that makes it: follow or cancel that.' }),
    fileAssetId: z.string().nullable(),
    fileUrl: z.string().nullable().openapi({ description: 'Signed link to the file, once it is made.' }),
    sizeBytes: z.int().nullable(),
    report: renditionReportSchema.nullable(),
    processingMs: z.int().nullable(),
    error: z
      .object({ code: z.string(), message: z.string(), help: z.string(), retryable: z.boolean() })
      .nullable(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('RenditionFile')

/** A file made from a recording, as callers see it. */
export type RenditionFile = z.infer<typeof renditionSchema>
export type RenditionRow = typeof mediaRenditions.$inferSelect
export type ReadRenditionDeps = SignDeps & { db: Db }

/** The row of a rendition in this workspace; locked until the transaction ends with `forUpdate`. */
export async function findRendition(
  db: Db,
  input: { workspaceId: string; renditionId: string },
  options: { forUpdate?: boolean } = {},
): Promise<RenditionRow> {
  const { workspaceId, renditionId } = input
  const query = db
    .select()
    .from(mediaRenditions)
    .where(and(eq(mediaRenditions.id, renditionId), eq(mediaRenditions.workspaceId, workspaceId)))
  const [row] = await (options.forUpdate ? query.for('update') : query)
  if (!row) throw renditionErrors.notFound('This rendition does not exist.', { detail: { renditionId } })
  return row
}

/** Rows of one workspace as callers see them, with fresh links to their files. */
export async function toRenditions(
  deps: ReadRenditionDeps,
  workspaceId: string,
  rows: RenditionRow[],
): Promise<RenditionFile[]> {
  const assetIds = rows.map(({ fileAssetId }) => fileAssetId).filter((id) => id !== null)
  const links = await linkAssets(deps, { workspaceId, assetIds })
  return rows.map(({ workspaceId: _workspace, contentSha256: _sha, createdAt, updatedAt, ...rest }) => ({
    ...rest,
    fileUrl: links.get(rest.fileAssetId ?? '') ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }))
}
