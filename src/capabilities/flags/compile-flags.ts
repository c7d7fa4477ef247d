import { flagErrors } from './errors.ts'
import type { Environment, FlagDefinition, Rollout, Serve } from './flag.ts'
import { bucketCount } from './hash-unit.ts'
import { type Matcher, matcherOf } from './match-condition.ts'

/** Who gets what, ready to be asked: `upTo[i]` is the first bucket that is no longer of `variants[i]`. */
export type ReadyServe =
  | { variant: string }
  | { variants: readonly string[]; upTo: readonly number[]; by: string | undefined }

export type ReadyFlag = {
  key: string
  version: number
  kind: FlagDefinition['kind']
  variants: Readonly<Record<string, unknown>>
  offVariant: string
  prerequisites: ReadonlyArray<{ flag: string; variants: ReadonlySet<string> }>
  rules: ReadonlyArray<{ matches: readonly Matcher[]; serve: ReadyServe; description: string }>
  /** From each moment on (ascending, the first is −∞). */
  phases: ReadonlyArray<{ fromMs: number; isOn: boolean; serve: ReadyServe }>
  rollout: ReadyRollout | undefined
  experiment: ReadyExperiment | undefined
}

export type ReadyRollout = {
  variant: string
  /** What the exposures of this rollout are kept under. */
  exposureId: string
  /** From each moment on, the buckets below `upTo` get the variant. */
  steps: ReadonlyArray<{ fromMs: number; upTo: number }>
  hasGuardrails: boolean
}

/** A running experiment as evaluation needs it. */
export type ReadyExperiment = {
  id: string
  key: string
  flagKey: string | null
  trafficUpTo: number
  variants: readonly string[]
  upTo: readonly number[]
  /** What the code that asks gets, by variant. */
  values: Readonly<Record<string, unknown>>
}

export type FlagSource = { key: string; version: number; definition: FlagDefinition }

/** Makes the flags of a workspace ready to be asked in one environment. */
export function compileFlags(
  sources: readonly FlagSource[],
  options: { environment: Environment; experiments?: readonly ReadyExperiment[] },
): Map<string, ReadyFlag> {
  const experiments = new Map(
    (options.experiments ?? []).flatMap((each) => (each.flagKey === null ? [] : [[each.flagKey, each]])),
  )
  return new Map(
    sources.map(({ key, version, definition }) => [
      key,
      {
        key,
        version,
        kind: definition.kind,
        variants: definition.variants,
        offVariant: definition.offVariant,
        prerequisites: definition.prerequisites.map(({ flag, variants }) => ({
          flag,
          variants: new Set(variants),
        })),
        rules: definition.rules.map(({ when, serve, description }) => ({
          matches: when.map(matcherOf),
          serve: readyServe(serve),
          description,
        })),
        phases: phasesOf(definition, options.environment),
        rollout: definition.rollout ? readyRollout(key, definition.rollout) : undefined,
        experiment: experiments.get(key),
      },
    ]),
  )
}

/**
 * The flag itself, then each change of its schedule on top of what was before. What the environment says holds
 * throughout: staging stays off although production is switched on at nine.
 */
function phasesOf(definition: FlagDefinition, environment: Environment): ReadyFlag['phases'] {
  const fixed = definition.environments[environment] ?? {}
  let current = { isOn: definition.isOn, serve: definition.serve }
  const changes = [{ at: undefined, ...current }, ...definition.schedule]
  return changes.map(({ at, isOn, serve }) => {
    current = { isOn: isOn ?? current.isOn, serve: serve ?? current.serve }
    return {
      fromMs: at === undefined ? -Infinity : Date.parse(at),
      isOn: fixed.isOn ?? current.isOn,
      serve: readyServe(fixed.serve ?? current.serve),
    }
  })
}

function readyServe(serve: Serve): ReadyServe {
  if ('variant' in serve) return serve
  return {
    by: serve.by,
    variants: serve.split.map(({ variant }) => variant),
    upTo: cumulated(serve.split.map(({ percent }) => percent)),
  }
}

/** `[30, 70]` → `[30_000, 100_000]`: where each share ends, in buckets. */
export function cumulated(percents: readonly number[]): number[] {
  let end = 0
  return percents.map((percent) => (end += Math.round((percent / 100) * bucketCount)))
}

function readyRollout(key: string, rollout: Rollout): ReadyRollout | undefined {
  if (rollout.stopped || rollout.startedAt === undefined) return undefined
  let fromMs = Date.parse(rollout.startedAt)
  const steps = rollout.steps.map(({ percent, holdMinutes }) => {
    const step = { fromMs, upTo: Math.round((percent / 100) * bucketCount) }
    fromMs += holdMinutes * 60_000
    return step
  })
  return {
    variant: rollout.variant,
    exposureId: rolloutExposureId(key, rollout.startedAt),
    steps,
    hasGuardrails: rollout.guardrails.length > 0,
  }
}

/** Each rollout of a flag counts its own exposures. */
export function rolloutExposureId(key: string, startedAt: string): string {
  return `rollout:${key}:${startedAt}`
}

/** Refuses prerequisites that are not there or that go round in a circle, naming the circle. */
export function assertPrerequisites(sources: readonly FlagSource[]): void {
  const byKey = new Map(sources.map((source) => [source.key, source]))
  const done = new Set<string>()
  function walk(key: string, trail: readonly string[]): void {
    if (trail.includes(key)) {
      const circle = [...trail.slice(trail.indexOf(key)), key]
      throw flagErrors.cycle(`These flags need each other: ${circle.join(' → ')}.`, { detail: { circle } })
    }
    if (done.has(key)) return
    for (const { flag, variants } of byKey.get(key)?.definition.prerequisites ?? []) {
      const needed = byKey.get(flag)
      if (!needed) throw flagErrors.invalid(`"${key}" needs the flag "${flag}", which is not there.`)
      const missing = variants.find((name) => !Object.hasOwn(needed.definition.variants, name))
      if (missing !== undefined) {
        throw flagErrors.invalid(`"${key}" needs "${flag}" to be "${missing}", which it never is.`)
      }
      walk(flag, [...trail, key])
    }
    done.add(key)
  }
  for (const { key } of sources) walk(key, [])
}
