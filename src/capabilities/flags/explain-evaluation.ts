import type { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { compileFlags } from './compile-flags.ts'
import { type Evaluation, evaluateFlag } from './evaluate-flag.ts'
import { loadRunningExperiments } from './experiments/running-experiments.ts'
import type { Environment, evaluationSchema } from './flag.ts'
import { loadFlags } from './load-flags.ts'
import { type FlagDeps, getFlag } from './read-flags.ts'

export type ExplainedEvaluation = z.infer<typeof evaluationSchema>

/** What a flag serves to somebody, and why. For people and scripts: counts as no exposure. */
export async function explainEvaluation(
  deps: FlagDeps & { environment: Environment },
  input: { actor: Actor; key: string; unit?: string; attributes?: Record<string, unknown> },
): Promise<ExplainedEvaluation> {
  const { actor, key, unit } = input
  assertMay(actor, 'flags.read')
  const { workspaceId } = actor
  const flags = compileFlags(await loadFlags(deps.db, workspaceId), {
    environment: deps.environment,
    experiments: await loadRunningExperiments(deps.db, workspaceId),
  })
  const context = { ...input.attributes, ...(unit === undefined ? {} : { targetingKey: unit }) }
  const found = evaluateFlag(flags, key, context, (deps.now?.() ?? new Date()).getTime())
  // For the failure that names the nearest flag.
  if (!found) await getFlag(deps, { actor, key })
  const { value, variant, reason, version } = found!
  return {
    key,
    value: value as ExplainedEvaluation['value'],
    variant,
    reason,
    because: sentenceOf(found!, unit),
    version,
  }
}

function sentenceOf({ reason, by, variant }: Evaluation, unit: string | undefined): string {
  switch (reason) {
    case 'OFF':
      return 'The flag is off.'
    case 'PREREQUISITE':
      return `It needs the flag "${by}", which serves something else here.`
    case 'TARGETING_MATCH':
      return `Rule ${by} matches.`
    case 'EXPERIMENT':
      return `The experiment "${by}" gave "${variant}" to this unit.`
    case 'ROLLOUT':
      return 'The gradual rollout has reached this unit.'
    case 'SPLIT':
      return unit === undefined
        ? 'The split, by an attribute or its first share.'
        : 'The split gives it to this unit.'
    case 'STATIC':
      return 'It is served to everybody.'
  }
}
