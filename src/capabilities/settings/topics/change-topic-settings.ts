import { z } from '@hono/zod-openapi'
import type { Actor } from '../../../kernel/actor.ts'
import { staleUpdate } from '../../../platform/http/etag.ts'
import { costImpact, costImpactSchema, type VideoPrices } from '../cost-impact.ts'
import { diffValues } from '../diff-values.ts'
import { knownKey } from '../explain-setting.ts'
import { planAll } from '../import-settings.ts'
import { addVersion, forgetCached, type SetSettingDeps } from '../set-setting.ts'
import { loadStored } from '../stored-settings.ts'
import { assertTopic } from './find-topic.ts'

export const topicSettingsSchema = z
  .object({
    isDryRun: z.boolean(),
    changes: z.array(z.object({ key: z.string(), value: z.unknown(), diff: z.array(z.string()) })),
    impact: costImpactSchema,
  })
  .openapi('TopicSettings')

export type TopicSettings = z.infer<typeof topicSettingsSchema>

export type ChangeTopicSettings = {
  actor: Actor
  topic: string
  /** New values by key; null takes one away, so that the workspace's counts again. */
  values: Record<string, unknown>
  /** The versions that the change was made on, by key; one that is not named is not compared. */
  versions?: Record<string, number> | undefined
  reason: string
  /** Check everything, tell the estimate before and after, and change nothing. */
  isDryRun: boolean
}

/** Changes several settings of a topic at once, or none: voice and lengths belong together. */
export async function changeTopicSettings(
  deps: SetSettingDeps & { prices: VideoPrices },
  input: ChangeTopicSettings,
): Promise<TopicSettings> {
  const { actor, topic, isDryRun } = input
  const { workspaceId } = actor
  await assertTopic(deps, { workspaceId, topic })
  const wanted = Object.entries(input.values).map(([name, value]) => ({ key: knownKey(name), value, topic }))
  const { plans, before, after } = await deps.db.transaction(async (tx) => {
    const stored = await loadStored({ ...deps, db: tx }, workspaceId)
    const made = planAll(deps, stored, input, wanted, deps.now?.() ?? new Date())
    const result = { plans: made, before: stored, after: made.at(-1)?.plan.stored ?? stored }
    for (const { plan } of made) {
      const current = plan.row.version - 1
      const yours = input.versions?.[plan.row.key] ?? current
      if (yours !== current) throw staleUpdate({ yours, current, resource: plan.before })
      if (isDryRun || (await addVersion(tx, actor, plan, 'topic'))) continue
      throw staleUpdate({ yours, current: current + 1, resource: plan.before })
    }
    return result
  })
  if (!isDryRun) forgetCached(deps, workspaceId, 'topic')
  const view = { ...deps, topic }
  return {
    isDryRun,
    changes: plans.map(({ plan, was }) => ({
      key: plan.row.key,
      value: plan.row.value,
      diff: diffValues(was, plan.row.value),
    })),
    impact: await costImpact(
      deps.prices,
      workspaceId,
      { ...view, stored: before },
      { ...view, stored: after },
    ),
  }
}
