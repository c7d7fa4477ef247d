import type { ReadyFlag, ReadyServe } from './compile-flags.ts'
import type { FlagReason } from './flag.ts'
import { bucketOf } from './hash-unit.ts'
import type { Context } from './match-condition.ts'

export type Evaluation = {
  value: unknown
  variant: string
  reason: FlagReason
  version: number
  /** Number of the rule that matched, from 1; the prerequisite that failed; the experiment that chose. */
  by?: string
  /** To be counted: the variant was given to the unit by an experiment or a rollout that is being watched. */
  exposure?: { exposureId: string; arm: string }
}

/** The two sides of a gradual rollout. */
export const rolloutArms = { on: 'rollout', rest: 'rest' } as const

/**
 * What a flag serves to who asks. Pure and quick: no reading, no waiting; `nowMs` decides schedule and rollout. In
 * this order: switch, prerequisites, rules, experiment, rollout, and what it serves to the rest. Undefined when there
 * is no such flag.
 */
export function evaluateFlag(
  flags: ReadonlyMap<string, ReadyFlag>,
  key: string,
  context: Context,
  nowMs: number,
): Evaluation | undefined {
  const flag = flags.get(key)
  if (!flag) return undefined
  const phase = phaseAt(flag, nowMs)
  if (!phase.isOn) return answer(flag, flag.offVariant, 'OFF')
  for (const { flag: needed, variants } of flag.prerequisites) {
    const found = evaluateFlag(flags, needed, context, nowMs)
    if (!found || !variants.has(found.variant)) {
      return { ...answer(flag, flag.offVariant, 'PREREQUISITE'), by: needed }
    }
  }
  const unit = context.targetingKey
  for (let index = 0; index < flag.rules.length; index++) {
    const rule = flag.rules[index]!
    if (rule.matches.every((matches) => matches(context))) {
      const variant = pick(flag, rule.serve, context)
      return { ...answer(flag, variant, 'TARGETING_MATCH'), by: String(index + 1) }
    }
  }
  const { experiment, rollout } = flag
  if (
    experiment &&
    unit !== undefined &&
    bucketOf(`${experiment.id}:traffic`, unit) < experiment.trafficUpTo
  ) {
    const variant = share(experiment, bucketOf(experiment.id, unit))
    const exposure = { exposureId: experiment.id, arm: variant }
    return { ...answer(flag, variant, 'EXPERIMENT'), by: experiment.key, exposure }
  }
  if (rollout && unit !== undefined) {
    const isIn = bucketOf(flag.key, unit) < reachAt(rollout, nowMs)
    const exposure = rollout.hasGuardrails
      ? { exposureId: rollout.exposureId, arm: isIn ? rolloutArms.on : rolloutArms.rest }
      : undefined
    if (isIn) return { ...answer(flag, rollout.variant, 'ROLLOUT'), ...(exposure ? { exposure } : {}) }
    const variant = pick(flag, phase.serve, context)
    return { ...answer(flag, variant, reasonOf(phase.serve)), ...(exposure ? { exposure } : {}) }
  }
  return answer(flag, pick(flag, phase.serve, context), reasonOf(phase.serve))
}

function answer(flag: ReadyFlag, variant: string, reason: FlagReason): Evaluation {
  return { value: flag.variants[variant], variant, reason, version: flag.version }
}

function reasonOf(serve: ReadyServe): FlagReason {
  return 'variant' in serve ? 'STATIC' : 'SPLIT'
}

function phaseAt(flag: ReadyFlag, nowMs: number): ReadyFlag['phases'][number] {
  let index = flag.phases.length - 1
  while (index > 0 && flag.phases[index]!.fromMs > nowMs) index--
  return flag.phases[index]!
}

/** The buckets below this number are in at that moment. */
export function reachAt(rollout: NonNullable<ReadyFlag['rollout']>, nowMs: number): number {
  let reach = 0
  for (const { fromMs, upTo } of rollout.steps) if (fromMs <= nowMs) reach = upTo
  return reach
}

/** A unit without the attribute that splits is in the first share: always the same, and seen in the explanation. */
function pick(flag: ReadyFlag, serve: ReadyServe, context: Context): string {
  if ('variant' in serve) return serve.variant
  const by = serve.by === undefined ? context.targetingKey : context[serve.by]
  if (by === undefined || by === null) return serve.variants[0]!
  return share(serve, bucketOf(flag.key, String(by)))
}

/** The share that a bucket lies in. */
export function share(
  split: { variants: readonly string[]; upTo: readonly number[] },
  bucket: number,
): string {
  for (let index = 0; index < split.upTo.length; index++) {
    if (bucket < split.upTo[index]!) return split.variants[index]!
  }
  return split.variants.at(-1)!
}
