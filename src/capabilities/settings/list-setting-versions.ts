import { and, desc, eq, inArray } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { namesOf, type SettingKey } from './definitions.ts'
import { diffValues } from './diff-values.ts'
import { knownKey } from './explain-setting.ts'
import { settingVersions } from './schema.ts'
import type { SettingVersion } from './setting.ts'
import { deploymentScope, environmentOf, type SettingsDeps } from './stored-settings.ts'

/** The last hundred changes of a setting that counted for the actor's workspace or its topic, newest first. */
export async function listSettingVersions(
  deps: Pick<SettingsDeps, 'db' | 'config'>,
  input: { actor: Actor; key: string; topic?: string | undefined },
): Promise<SettingVersion[]> {
  assertMay(input.actor, 'settings.read')
  const rows = await rowsOf(deps, input.actor.workspaceId, knownKey(input.key), input.topic)
  return rows.slice(0, 100).map((row) => {
    const { workspaceId, version, topic, value, changedBy, changedAt, reason, rolledBackTo } = row
    const older = rows.find(
      (one) => one.workspaceId === workspaceId && one.topic === topic && one.version === version - 1,
    )
    const before = older?.value ?? null
    return {
      version,
      layer: topic !== '' ? 'topic' : workspaceId === deploymentScope ? 'deployment' : 'workspace',
      topic: topic === '' ? null : topic,
      value,
      before,
      diff: diffValues(before, value),
      changedBy,
      changedAt: changedAt.toISOString(),
      reason,
      rolledBackTo,
    }
  })
}

function rowsOf(
  deps: Pick<SettingsDeps, 'db' | 'config'>,
  workspaceId: string,
  key: SettingKey,
  topic: string | undefined,
) {
  return deps.db
    .select()
    .from(settingVersions)
    .where(
      and(
        eq(settingVersions.environment, environmentOf(deps.config)),
        inArray(settingVersions.workspaceId, [workspaceId, deploymentScope]),
        inArray(settingVersions.topic, ['', ...(topic === undefined ? [] : [topic])]),
        inArray(settingVersions.key, namesOf(key)),
      ),
    )
    .orderBy(desc(settingVersions.changedAt), desc(settingVersions.version))
    .limit(300)
}
