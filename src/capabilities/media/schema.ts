import { sql } from 'drizzle-orm'
import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { moment } from '../../platform/db/columns.ts'
import type { RunError } from '../../platform/durable/index.ts'
import type { TranscodeUpdate } from '../../providers/transcode/port.ts'
import type { Analysis } from './analysis.ts'
import type { Package } from './package.ts'
import type { Probe } from './probe.ts'
import type { PresetName } from './renditions/presets.ts'
import type { RenditionReport } from './renditions/rendition-report.ts'
import type { RenditionState } from './renditions/rendition.ts'

/** What was found in an asset. Keyed by content and options, so that the same work is never done twice. */
export const mediaAnalyses = pgTable(
  'media_analyses',
  {
    assetId: text('asset_id').notNull(),
    contentSha256: text('content_sha256').notNull(),
    optionsHash: text('options_hash').notNull(),
    workspaceId: text('workspace_id').notNull(),
    probe: jsonb('probe').$type<Probe>().notNull(),
    analysis: jsonb('analysis').$type<Analysis>().notNull(),
    // What lists show: an analysis grows with the recording, and reading a part of it unpacks it all.
    durationMs: doublePrecision('duration_ms').generatedAlwaysAs(sql`(analysis->>'durationMs')::float8`),
    poster: text('poster').generatedAlwaysAs(sql`analysis->>'poster'`),
    contactSheet: text('contact_sheet').generatedAlwaysAs(sql`analysis->>'contactSheet'`),
    /** Where the poster, contact sheet and waveform are stored. */
    prefix: text('prefix').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.assetId, table.contentSha256, table.optionsHash] }),
    index('media_analyses_by_content').on(table.workspaceId, table.contentSha256, table.optionsHash),
  ],
)

/** The streaming packages of assets. */
export const mediaPackages = pgTable(
  'media_packages',
  {
    assetId: text('asset_id').notNull(),
    contentSha256: text('content_sha256').notNull(),
    optionsHash: text('options_hash').notNull(),
    workspaceId: text('workspace_id').notNull(),
    package: jsonb('package').$type<Package>().notNull(),
    hls: text('hls').generatedAlwaysAs(sql`package->>'hls'`),
    /** Where the playlists and segments are stored. */
    prefix: text('prefix').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.assetId, table.contentSha256, table.optionsHash] })],
)

/** Files made from recordings for a destination or for editing. */
export const mediaRenditions = pgTable(
  'media_renditions',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    /** The recording. */
    assetId: text('asset_id').notNull(),
    contentSha256: text('content_sha256').notNull(),
    preset: text('preset').$type<PresetName>().notNull(),
    /** Lowest quality score to accept; null for the preset's own. */
    minScore: doublePrecision('min_score'),
    state: text('state').$type<RenditionState>().notNull(),
    /** The run that makes it. */
    runId: text('run_id'),
    fileAssetId: text('file_asset_id'),
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    report: jsonb('report').$type<RenditionReport>(),
    processingMs: integer('processing_ms'),
    error: jsonb('error').$type<RunError & { detail?: Record<string, unknown> }>(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('media_renditions_by_asset').on(table.workspaceId, table.assetId, table.id),
    index('media_renditions_by_file').on(table.workspaceId, table.fileAssetId),
  ],
)

/** Keys of encrypted packages, sealed with the installation's secret. */
export const mediaPackageKeys = pgTable('media_package_keys', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  assetId: text('asset_id').notNull(),
  optionsHash: text('options_hash').notNull(),
  sealedKey: text('sealed_key').notNull(),
  createdAt: moment('created_at').notNull(),
})

/** Packages on their way through a transcoding service: what it was asked for and what it said last. */
export const transcodeJobs = pgTable(
  'media_transcode_jobs',
  {
    /** Also the token that makes a repeated request the same job. */
    token: text('token').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    assetId: text('asset_id').notNull(),
    vendor: text('vendor').notNull(),
    /** The service's own name for the job, once it has one. */
    vendorJobId: text('vendor_job_id'),
    update: jsonb('update').$type<TranscodeUpdate>(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [index('media_transcode_jobs_by_vendor').on(table.vendor, table.vendorJobId)],
)
