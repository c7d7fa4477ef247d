import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { staleUpdate } from '../../platform/http/etag.ts'
import type { SettingKey } from './definitions.ts'
import { diffValues } from './diff-values.ts'
import { parseSettingText } from './parse-setting-text.ts'
import { assertTogether, planChange, type PlannedChange } from './plan-change.ts'
import { rowOf } from './resolve-setting.ts'
import { addVersion, forgetCached, type SetSettingDeps } from './set-setting.ts'
import { readDocument } from './setting-file.ts'
import { convertedValue, environmentOf, loadStored, type StoredValue } from './stored-settings.ts'
import { assertTopic } from './topics/find-topic.ts'

export type ImportSettings = {
  actor: Actor
  /** YAML or JSON in the format of the configuration file. */
  text: string
  reason: string
  /** Check everything and say what would change, and change nothing. */
  isDryRun: boolean
}

export const settingImportSchema = z
  .object({
    isDryRun: z.boolean(),
    changes: z.array(
      z.object({
        key: z.string(),
        topic: z.string().nullable(),
        before: z.unknown(),
        value: z.unknown(),
        diff: z.array(z.string()),
      }),
    ),
    warnings: z.array(z.string()),
  })
  .openapi('SettingImport')

export type SettingImport = z.infer<typeof settingImportSchema>

/**
 * Sets everything that a document names, for the workspace and its topics, or nothing: a mistake anywhere refuses
 * all of it. What already has the value gets no new version. What the document does not name stays.
 */
export async function importSettings(deps: SetSettingDeps, input: ImportSettings): Promise<SettingImport> {
  const { actor, isDryRun } = input
  assertMay(actor, 'settings.write')
  const file = readDocument(
    parseSettingText(input.text, 'The import'),
    'The import',
    environmentOf(deps.config),
  )
  for (const topic of file.topics.keys()) await assertTopic(deps, { workspaceId: actor.workspaceId, topic })
  const wanted = [
    ...[...file.values].map(([key, value]) => ({ key, value, topic: undefined })),
    ...[...file.topics].flatMap(([topic, own]) => [...own].map(([key, value]) => ({ key, value, topic }))),
  ]
  const changes = await deps.db.transaction(async (tx) => {
    const at = deps.now?.() ?? new Date()
    const plans = planAll(deps, await loadStored({ ...deps, db: tx }, actor.workspaceId), input, wanted, at)
    if (isDryRun) return plans
    for (const { plan, layer } of plans) {
      if (await addVersion(tx, actor, plan, layer)) continue
      throw staleUpdate({ yours: plan.row.version - 1, current: plan.row.version, resource: plan.before })
    }
    return plans
  })
  if (!isDryRun) forgetCached(deps, actor.workspaceId, 'workspace')
  return {
    isDryRun,
    changes: changes.map(({ plan, was }) => ({
      key: plan.row.key,
      topic: plan.row.topic === '' ? null : plan.row.topic,
      before: was,
      value: plan.row.value,
      diff: diffValues(was, plan.row.value),
    })),
    warnings: [...file.warnings],
  }
}

export type Wanted = { key: SettingKey; value: unknown; topic: string | undefined }
export type Planned = { plan: PlannedChange; layer: 'workspace' | 'topic'; was: unknown }

/** Several changes on top of each other, without those that change nothing; judged together at the end. */
export function planAll(
  deps: SetSettingDeps,
  current: StoredValue[],
  { actor, reason }: Pick<ImportSettings, 'actor' | 'reason'>,
  wanted: Wanted[],
  at: Date,
): Planned[] {
  const plans: Planned[] = []
  let stored = current
  for (const { key, value, topic } of wanted) {
    const layer = topic === undefined ? 'workspace' : 'topic'
    const row = rowOf(key, layer, { stored, topic })
    const was = row ? convertedValue(key, row.storedKey, row.value) : null
    if (diffValues(was, value).length === 0) continue
    const plan = planChange(deps, stored, { actor, key, value, reason, layer, topic }, at)
    plans.push({ plan, layer, was })
    stored = plan.stored
  }
  // Judged together, so that a pair of limits may move past each other's old values.
  assertTogether(deps, stored)
  return plans
}
