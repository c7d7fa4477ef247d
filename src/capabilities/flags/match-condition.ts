import type { Condition } from './flag.ts'

/** What is known of who asks: any attributes, `targetingKey` being the unit. */
export type Context = Readonly<Record<string, unknown>> & { targetingKey?: string }

export type Matcher = (context: Context) => boolean

/** Turns a condition into a function once, so that asking is quick. A missing attribute matches only `missing` and `notIn`. */
export function matcherOf({ attribute, operator, values }: Condition): Matcher {
  const read = (context: Context) => context[attribute]
  switch (operator) {
    case 'exists':
      return (context) => read(context) !== undefined && read(context) !== null
    case 'missing':
      return (context) => read(context) === undefined || read(context) === null
    case 'in':
    case 'notIn': {
      const wanted = new Set<unknown>(values)
      const has = (value: unknown) =>
        Array.isArray(value) ? value.some((each) => wanted.has(each)) : wanted.has(value)
      return operator === 'in' ? (context) => has(read(context)) : (context) => !has(read(context))
    }
    case 'contains':
      return texts((text, value) => text.includes(value))
    case 'startsWith':
      return texts((text, value) => text.startsWith(value))
    case 'endsWith':
      return texts((text, value) => text.endsWith(value))
    case 'lessThan':
      return numbers((number, value) => number < value)
    case 'atMost':
      return numbers((number, value) => number <= value)
    case 'moreThan':
      return numbers((number, value) => number > value)
    case 'atLeast':
      return numbers((number, value) => number >= value)
    case 'before':
      return moments((at, value) => at < value)
    case 'after':
      return moments((at, value) => at > value)
  }

  function texts(matches: (text: string, value: string) => boolean): Matcher {
    const wanted = values.map(String)
    return (context) => {
      const text = read(context)
      return typeof text === 'string' && wanted.some((value) => matches(text, value))
    }
  }
  function numbers(matches: (number: number, value: number) => boolean): Matcher {
    const wanted = Number(values[0])
    return (context) => {
      const number = read(context)
      return typeof number === 'number' && matches(number, wanted)
    }
  }
  function moments(matches: (atMs: number, value: number) => boolean): Matcher {
    const wanted = Date.parse(String(values[0]))
    return (context) => {
      const at = read(context)
      const atMs = at instanceof Date ? at.getTime() : typeof at === 'string' ? Date.parse(at) : Number.NaN
      return matches(atMs, wanted)
    }
  }
}

/** Why the values do not suit the operator; undefined when they do. */
export function conditionProblem({ attribute, operator, values }: Condition): string | undefined {
  const isAbout = `the condition on "${attribute}"`
  if (operator === 'exists' || operator === 'missing') {
    return values.length === 0 ? undefined : `${isAbout} takes no values`
  }
  if (values.length === 0) return `${isAbout} has no values`
  if (['in', 'notIn', 'contains', 'startsWith', 'endsWith'].includes(operator)) return undefined
  if (values.length > 1) return `${isAbout} takes one value`
  if (operator === 'before' || operator === 'after') {
    return Number.isNaN(Date.parse(String(values[0]))) ? `${isAbout} needs a date and time` : undefined
  }
  return typeof values[0] === 'number' && Number.isFinite(values[0]) ? undefined : `${isAbout} needs a number`
}
