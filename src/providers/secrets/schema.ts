import { pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { moment } from '../../platform/db/columns.ts'
import type { SecretStage } from './port.ts'

/** Secrets that are kept here: each encrypted with a key of its own, which is encrypted with the installation's. */
export const sealedSecrets = pgTable(
  'sealed_secrets',
  {
    name: text('name').notNull(),
    versionId: text('version_id').notNull(),
    stage: text('stage').$type<SecretStage>().notNull(),
    /** Which key of the installation the secret's own key is wrapped with. */
    keyId: text('key_id').notNull(),
    wrappedKey: text('wrapped_key').notNull(),
    sealedValue: text('sealed_value').notNull(),
    createdAt: moment('created_at').notNull(),
    changedAt: moment('changed_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.name, table.versionId] }),
    uniqueIndex('sealed_secrets_stage').on(table.name, table.stage),
  ],
)
