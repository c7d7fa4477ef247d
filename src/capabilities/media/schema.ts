import { sql } from 'drizzle-orm'
import { doublePrecision, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment } from '../../platform/db/columns.ts'
import type { Analysis } from './analysis.ts'
import type { Package } from './package.ts'
import type { Probe } from './probe.ts'

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
