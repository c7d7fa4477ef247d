import { sentenceOf, weightProblem } from '../check-flag.ts'
import { experimentErrors } from '../errors.ts'
import { type ExperimentDefinition, experimentDefinitionSchema, experimentKeySchema } from './experiment.ts'

/** The plan when it can answer a question. Fails with `experiments.invalid` or `experiments.weights`. */
export function checkExperiment(input: unknown): ExperimentDefinition {
  const parsed = experimentDefinitionSchema.safeParse(input)
  if (!parsed.success) throw experimentErrors.invalid(sentenceOf(parsed.error))
  const plan = parsed.data
  const keys = plan.variants.map((variant) => variant.key)
  if (new Set(keys).size < keys.length) throw experimentErrors.invalid('Two variants have the same key.')
  if (!keys.includes(plan.control)) {
    throw experimentErrors.invalid(`The control "${plan.control}" is none of the variants.`)
  }
  if (JSON.stringify(plan.variants).length > 50_000) {
    throw experimentErrors.invalid('The values of the variants are too long.')
  }
  const problem = weightProblem(plan.variants.map((variant) => variant.percent))
  if (problem) throw experimentErrors.weights(`In the variants ${problem}.`)
  const empty = plan.variants.find((variant) => variant.percent === 0)
  if (empty) throw experimentErrors.weights(`Nobody would get the variant "${empty.key}": its share is 0 %.`)
  const primaries = plan.metrics.filter(({ role }) => role === 'primary').length
  if (primaries !== 1) {
    throw experimentErrors.invalid(`An experiment has one primary metric, not ${primaries}: it decides.`)
  }
  const metrics = plan.metrics.map(({ metric }) => metric)
  if (new Set(metrics).size < metrics.length) throw experimentErrors.invalid('A metric is named twice.')
  return plan
}

const reserved = new Set(['outcomes', 'sample-size'])

export function checkExperimentKey(key: string): string {
  const parsed = experimentKeySchema.safeParse(key)
  if (!parsed.success) {
    throw experimentErrors.invalid(`The key ${parsed.error.issues[0]?.message ?? 'is not valid'}.`)
  }
  if (reserved.has(key)) {
    throw experimentErrors.invalid(`"${key}" is an address of the API and cannot be an experiment.`)
  }
  return parsed.data
}
