import type { z } from 'zod'
import { flagErrors } from './errors.ts'
import { type FlagDefinition, flagDefinitionSchema, type FlagKind, type Serve } from './flag.ts'
import { conditionProblem } from './match-condition.ts'

/** Larger values belong into a file or a setting. */
const maxValueChars = 20_000

/**
 * The definition when it is one that can be served. Fails with `flags.invalid` (what is wrong and where) or
 * `flags.weights`.
 */
export function checkFlag(input: unknown): FlagDefinition {
  const parsed = flagDefinitionSchema.safeParse(input)
  if (!parsed.success) throw flagErrors.invalid(sentenceOf(parsed.error))
  const flag = parsed.data
  const problem = problemOf(flag)
  if (problem) throw flagErrors.invalid(`${problem}.`)
  for (const { serve, where } of servesOf(flag)) assertServe(flag, serve, where)
  return flag
}

export function sentenceOf(error: z.ZodError): string {
  const issue = error.issues[0]
  const at = issue?.path.map(String).join('.') ?? ''
  return `${at === '' ? '' : `${at}: `}${issue?.message ?? 'not valid'}.`
}

function problemOf(flag: FlagDefinition): string | undefined {
  const entries = Object.entries(flag.variants)
  if (entries.length === 0 || entries.length > 20) return 'A flag has 1 to 20 variants'
  for (const [name, value] of entries) {
    if (!isOfKind(flag.kind, value)) return `The variant "${name}" is not a ${flag.kind}`
    if (JSON.stringify(value).length > maxValueChars) {
      return `The variant "${name}" has more than ${maxValueChars} characters`
    }
  }
  const unknown = (name: string) => !Object.hasOwn(flag.variants, name)
  if (unknown(flag.offVariant)) return `offVariant names the variant "${flag.offVariant}", which is not there`
  for (const condition of flag.rules.flatMap((rule) => rule.when)) {
    const problem = conditionProblem(condition)
    if (problem) return problem.replace(/^t/, 'T')
  }
  const times = flag.schedule.map(({ at }) => Date.parse(at))
  if (times.some((at, index) => index > 0 && at <= times[index - 1]!)) {
    return 'The schedule must be in the order of time'
  }
  if (flag.rollout && unknown(flag.rollout.variant)) {
    return `The rollout names the variant "${flag.rollout.variant}", which is not there`
  }
  const steps = flag.rollout?.steps ?? []
  if (steps.some(({ percent }, index) => index > 0 && percent < steps[index - 1]!.percent)) {
    return 'The steps of a rollout only rise'
  }
  return undefined
}

function isOfKind(kind: FlagKind, value: unknown): boolean {
  if (kind === 'json') return typeof value === 'object' && value !== null
  return typeof value === kind && (typeof value !== 'number' || Number.isFinite(value))
}

function servesOf(flag: FlagDefinition): Array<{ serve: Serve; where: string }> {
  const found: Array<{ serve: Serve | undefined; where: string }> = [
    { serve: flag.serve, where: 'serve' },
    ...flag.rules.map(({ serve }, index) => ({ serve, where: `rule ${index + 1}` })),
    ...Object.entries(flag.environments).map(([name, change]) => ({ serve: change?.serve, where: name })),
    ...flag.schedule.map(({ serve, at }) => ({ serve, where: `the schedule at ${at}` })),
  ]
  return found.flatMap(({ serve, where }) => (serve ? [{ serve, where }] : []))
}

function assertServe(flag: FlagDefinition, serve: Serve, where: string): void {
  const names = 'variant' in serve ? [serve.variant] : serve.split.map(({ variant }) => variant)
  const missing = names.find((name) => !Object.hasOwn(flag.variants, name))
  if (missing !== undefined) {
    throw flagErrors.invalid(`In ${where}: the variant "${missing}" is not there.`)
  }
  if ('variant' in serve) return
  if (new Set(names).size < names.length) throw flagErrors.invalid(`In ${where}: a variant is named twice.`)
  const problem = weightProblem(serve.split.map(({ percent }) => percent))
  if (problem) throw flagErrors.weights(`In ${where}: ${problem}.`)
}

/** Why shares in percent do not make a whole; undefined when they do. Thousandths of a percent are exact. */
export function weightProblem(percents: readonly number[]): string | undefined {
  const parts = percents.map((percent) => Math.round(percent * 1_000))
  if (percents.some((percent, index) => Math.abs(percent * 1_000 - parts[index]!) > 1e-6)) {
    return 'a share has more than three decimals'
  }
  const sum = parts.reduce((total, part) => total + part, 0)
  return sum === 100_000 ? undefined : `the shares add up to ${sum / 1_000} %, not to 100 %`
}
