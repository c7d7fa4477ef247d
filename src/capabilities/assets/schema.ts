import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { moment } from '../../platform/db/columns.ts'
import type { AssetKind } from './asset.ts'

/** Stored files. One row per content and workspace. */
export const assets = pgTable(
  'assets',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    name: text('name').notNull(),
    kind: text('kind').$type<AssetKind>().notNull(),
    contentType: text('content_type').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    storageKey: text('storage_key').notNull(),
    durationMs: integer('duration_ms'),
    width: integer('width'),
    height: integer('height'),
    version: integer('version').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    /** Set while something still refers to a file that a person deleted. */
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    index('assets_by_workspace').on(table.workspaceId, table.id),
    index('assets_by_storage_key').on(table.storageKey),
    uniqueIndex('assets_by_content')
      .on(table.workspaceId, table.sha256)
      .where(sql`deleted_at is null`),
  ],
)

/** Who still needs a file: `clip_…`, `draft_…`. Bytes stay until the last one lets go. */
export const assetReferences = pgTable(
  'asset_references',
  {
    assetId: text('asset_id')
      .notNull()
      .references(() => assets.id, { onDelete: 'cascade' }),
    holderId: text('holder_id').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.assetId, table.holderId] })],
)

/** Folders of files that were made from an asset and can be made again: packages, pictures, analyses. */
export const assetDerived = pgTable(
  'asset_derived',
  {
    assetId: text('asset_id')
      .notNull()
      .references(() => assets.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    /** Of the options and versions that it was made with. */
    hash: text('hash').notNull(),
    prefix: text('prefix').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.assetId, table.kind, table.hash] }),
    index('asset_derived_by_prefix').on(table.prefix),
  ],
)

/** Resumable uploads: promised bytes count against the quota until they are finished, failed or expired. */
export const assetUploads = pgTable(
  'asset_uploads',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    createdBy: text('created_by').notNull(),
    name: text('name').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    /** As announced by the client. */
    sha256: text('sha256'),
    state: text('state').$type<'receiving' | 'finished' | 'failed'>().notNull(),
    assetId: text('asset_id'),
    isDuplicate: boolean('is_duplicate').notNull(),
    error: jsonb('error').$type<{ code: string; message: string; detail?: Record<string, unknown> }>(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    index('asset_uploads_by_workspace').on(table.workspaceId, table.state),
    index('asset_uploads_by_expiry').on(table.expiresAt),
  ],
)

/**
 * Keys and prefixes in the storage that nothing may point at. A row is written before bytes are stored and taken
 * back in the transaction that makes them known, so a crash in between leaves a row and not an orphan.
 */
export const assetRemovals = pgTable(
  'asset_removals',
  {
    target: text('target').primaryKey(),
    notBefore: moment('not_before').notNull(),
  },
  (table) => [index('asset_removals_by_time').on(table.notBefore)],
)
