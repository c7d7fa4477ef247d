import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { type SettingDefinition, type SettingKey, settings, type SettingsConfig } from './definitions.ts'
import { type Setting, type SettingExplanation, settingLayers, type StoredLayer } from './setting.ts'
import { settingVersions } from './schema.ts'

/** What settings need: the stored layers and the environment's. */
export type SettingsDeps = { db: Db; config: SettingsConfig }

/** The workspace id under which values for the whole deployment are kept. */
export const deploymentScope = '*'

export type StoredValue = typeof settingVersions.$inferSelect

/** The current row of each stored layer, for one setting or all of them. */
export async function loadStored(db: Db, workspaceId: string, key?: SettingKey): Promise<StoredValue[]> {
  return db
    .selectDistinctOn([settingVersions.workspaceId, settingVersions.key])
    .from(settingVersions)
    .where(
      and(
        inArray(settingVersions.workspaceId, [workspaceId, deploymentScope]),
        key ? eq(settingVersions.key, key) : undefined,
      ),
    )
    .orderBy(settingVersions.workspaceId, settingVersions.key, desc(settingVersions.version))
}

/** One setting with everything that has a say in it. Pure: `stored` are the current rows of the stored layers. */
export function resolveSetting(
  key: SettingKey,
  stored: readonly StoredValue[],
  config: SettingsConfig,
): SettingExplanation {
  const definition: SettingDefinition = settings[key]
  const fromEnvironment = definition.environment?.read(config)
  const rowOf = (layer: StoredLayer) =>
    stored.find(
      (row) => row.key === key && (row.workspaceId === deploymentScope) === (layer === 'deployment'),
    )
  const layers = settingLayers.map((layer) => {
    if (layer === 'default') return { layer, value: definition.default, ...untouched }
    if (layer === 'environment') return { layer, value: fromEnvironment ?? null, ...untouched }
    const row = rowOf(layer)
    if (!row) return { layer, value: null, ...untouched }
    const { changedBy, reason } = row
    // A value that a newer release no longer takes counts as none, rather than stopping everything that reads it.
    const parsed = definition.schema.safeParse(row.value)
    const value = parsed.success ? parsed.data : null
    return { layer, value, changedBy, reason, changedAt: row.changedAt.toISOString() }
  })
  const winner = layers.findLast((layer) => layer.value !== null)!
  const cap = definition.isCapped ? (fromEnvironment ?? null) : null
  return {
    ...describe(key, definition),
    value: cap === null ? winner.value! : Math.min(winner.value!, cap),
    layer: winner.layer,
    version: rowOf('workspace')?.version ?? 0,
    cappedAt: cap !== null && winner.value! > cap ? cap : null,
    layers: layers.map((layer) => ({ ...layer, counts: layer === winner })),
  }
}

const untouched = { changedBy: null, changedAt: null, reason: null }

function describe(
  key: SettingKey,
  definition: SettingDefinition,
): Omit<Setting, 'value' | 'layer' | 'version'> {
  const { title, description, unit, isInteger, needsRestart, range, environment } = definition
  return {
    key,
    title,
    description,
    unit,
    isInteger,
    ...range,
    needsRestart,
    variable: environment?.variable ?? null,
  }
}
