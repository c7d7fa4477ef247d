import { and, desc, eq, inArray } from 'drizzle-orm'
import type { EnvironmentName } from '../../platform/config/settings-variables.ts'
import type { Db } from '../../platform/db/client.ts'
import type { SettingsConfig } from './definition.ts'
import { currentKey, definitionOf, namesOf, type SettingKey } from './definitions.ts'
import { settingVersions } from './schema.ts'
import type { SettingCache } from './setting-cache.ts'
import type { SettingFile } from './setting-file.ts'

/** What settings need: the stored layers, the environment's, and where the process has them, its file and cache. */
export type SettingsDeps = {
  db: Db
  config: SettingsConfig
  /** Without it there is no file layer, and every read asks the database. */
  settingSources?: SettingSources
}

export type SettingSources = { file?: SettingFile | undefined; cache?: SettingCache | undefined }

/** The workspace id under which values for the whole deployment are kept. */
export const deploymentScope = '*'

/** The current row of one key in one layer. `key` is today's name, `storedKey` the one it was stored under. */
export type StoredValue = Omit<typeof settingVersions.$inferSelect, 'key'> & {
  key: SettingKey
  storedKey: string
}

export function environmentOf(config: SettingsConfig): EnvironmentName {
  return config.environment ?? 'development'
}

/** The current row of each stored layer, of one setting or all of them, topics included. */
export async function loadStored(
  deps: Pick<SettingsDeps, 'db' | 'config'>,
  workspaceId: string,
  key?: SettingKey,
): Promise<StoredValue[]> {
  const { environment, workspaceId: scope, topic, version } = settingVersions
  const rows = await deps.db
    .selectDistinctOn([scope, topic, settingVersions.key])
    .from(settingVersions)
    .where(
      and(
        eq(environment, environmentOf(deps.config)),
        inArray(scope, [workspaceId, deploymentScope]),
        key ? inArray(settingVersions.key, namesOf(key)) : undefined,
      ),
    )
    .orderBy(scope, topic, settingVersions.key, desc(version))
  return newestByName(rows)
}

/** Rows under former names count until there is a newer one under today's. Keys that are gone are left out. */
function newestByName(rows: Array<typeof settingVersions.$inferSelect>): StoredValue[] {
  const newest = new Map<string, StoredValue>()
  for (const row of rows) {
    const key = currentKey(row.key)
    if (key === undefined) continue
    const place = JSON.stringify([row.workspaceId, row.topic, key])
    const known = newest.get(place)
    if (known === undefined || known.version < row.version) {
      newest.set(place, { ...row, key, storedKey: row.key })
    }
  }
  return [...newest.values()]
}

/** A stored or written value in today's form: values under a former name are converted when they need it. */
export function convertedValue(key: SettingKey, writtenName: string, value: unknown): unknown {
  if (value === null || writtenName === key) return value
  const former = definitionOf(key).formerNames.find(({ name }) => name === writtenName)
  return former?.convert ? former.convert(value) : value
}
