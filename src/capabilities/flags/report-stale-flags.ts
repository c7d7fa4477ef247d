import { z } from '@hono/zod-openapi'
import type { Actor } from '../../kernel/actor.ts'
import { reachAt } from './evaluate-flag.ts'
import { compileFlags } from './compile-flags.ts'
import type { Environment, Flag } from './flag.ts'
import { bucketCount } from './hash-unit.ts'
import { type FlagDeps, listFlags } from './read-flags.ts'
import { loadRunningExperiments } from './experiments/running-experiments.ts'

const staleAfterDays = 30

export const staleFlagSchema = z
  .object({ key: z.string(), title: z.string(), owner: z.string(), sinceDays: z.int(), because: z.string() })
  .openapi('StaleFlag')
export type StaleFlag = z.infer<typeof staleFlagSchema>

/**
 * Flags that have done their work: not asked for, or the same for everybody, for 30 days. What is meant to stay is
 * marked `isPermanent` and never here. Each is a branch in code that could be taken out.
 */
export async function reportStaleFlags(
  deps: FlagDeps & { environment: Environment },
  input: { actor: Actor },
): Promise<StaleFlag[]> {
  const flags = await listFlags(deps, input)
  const now = deps.now?.() ?? new Date()
  const running = await loadRunningExperiments(deps.db, input.actor.workspaceId)
  const busy = new Set(running.map(({ flagKey }) => flagKey))
  return flags
    .filter((flag) => !flag.isPermanent && !busy.has(flag.key))
    .flatMap((flag) => {
      const found = staleness(flag, deps.environment, now)
      return found ? [{ key: flag.key, title: flag.title, owner: flag.owner, ...found }] : []
    })
    .sort((a, b) => b.sinceDays - a.sinceDays)
}

/** Why a flag is stale; undefined when it is not. Pure. */
export function staleness(
  flag: Flag,
  environment: Environment,
  now: Date,
): { sinceDays: number; because: string } | undefined {
  const daysSince = (iso: string) => Math.floor((now.getTime() - Date.parse(iso)) / 86_400_000)
  if (flag.changedAt === null) return undefined
  const unchanged = daysSince(flag.changedAt)
  const unused = flag.lastUsedAt === null ? unchanged : daysSince(flag.lastUsedAt)
  if (Math.min(unused, unchanged) >= staleAfterDays) {
    const since = flag.lastUsedAt === null ? 'since it was changed' : `for ${unused} days`
    return { sinceDays: unused, because: `Nothing has asked for it ${since}.` }
  }
  if (unchanged < staleAfterDays || flag.schedule.length > 0) return undefined
  const served = servedToAll(flag, environment, now)
  if (served === undefined) return undefined
  return { sinceDays: unchanged, because: `Everybody has got "${served}" for ${unchanged} days.` }
}

function servedToAll(flag: Flag, environment: Environment, now: Date): string | undefined {
  const ready = compileFlags([{ key: flag.key, version: flag.version, definition: flag }], { environment })
  const { phases, rules, rollout } = ready.get(flag.key)!
  const phase = phases[0]!
  if (!phase.isOn) return flag.offVariant
  if (rules.length > 0 || flag.prerequisites.length > 0) return undefined
  if (rollout) return reachAt(rollout, now.getTime()) >= bucketCount ? rollout.variant : undefined
  if ('variant' in phase.serve) return phase.serve.variant
  const whole = flag.serve
  return 'split' in whole ? whole.split.find(({ percent }) => percent === 100)?.variant : undefined
}
