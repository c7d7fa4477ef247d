import { index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** A production: one recording on its way to a package, clips and drafts. Its state is that of its run. */
export const productions = pgTable(
  'productions',
  {
    id: text().primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    assetId: text('asset_id').notNull(),
    runId: text('run_id').notNull(),
    title: text().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, mode: 'date' }).notNull(),
    /** What is known of it so far, filled by the steps of the run. */
    facts: jsonb().$type<ProductionFacts>().notNull(),
  },
  (table) => [
    index('productions_by_workspace').on(table.workspaceId, table.id),
    index('productions_by_asset').on(table.assetId),
    index('productions_by_run').on(table.runId),
  ],
)

/** Small facts that the steps leave behind; files stay in storage under the keys named here. */
export type ProductionFacts = {
  clipIds?: string[]
  /** Of the script that was given. */
  transcriptId?: string
  drafts?: Array<{ draftId: string; clipId: string; title: string }>
}
