import { doublePrecision, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment } from '../../../platform/db/columns.ts'
import type { SuggestionKind } from '../analysis.ts'
import type { Decision } from './suggestion.ts'

/** What people decided about suggestions. Those without a row are open; the suggestions themselves are derived. */
export const mediaSuggestionDecisions = pgTable(
  'media_suggestion_decisions',
  {
    assetId: text('asset_id').notNull(),
    suggestionId: text('suggestion_id').notNull(),
    workspaceId: text('workspace_id').notNull(),
    decision: text('decision').$type<Exclude<Decision, 'open'>>().notNull(),
    kind: text('kind').$type<SuggestionKind>().notNull(),
    startMs: doublePrecision('start_ms').notNull(),
    endMs: doublePrecision('end_ms').notNull(),
    /** Only of a cut of one's own, which has nowhere else to keep it. */
    reason: text('reason'),
    decidedBy: text('decided_by').notNull(),
    decidedAt: moment('decided_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.assetId, table.suggestionId] })],
)
