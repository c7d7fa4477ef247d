import { costErrors } from './errors.ts'

const dayMs = 86_400_000

/** Days of UTC from `from` to before `to`; by default the last 30 with today. Fails with `costs.invalid`. */
export function readRange(
  deps: { now?: () => Date },
  asked: { from?: string | undefined; to?: string | undefined },
): { from: string; to: string } {
  const nowMs = (deps.now?.() ?? new Date()).getTime()
  const to = asked.to ?? dayOf(nowMs + dayMs)
  const from = asked.from ?? dayOf(Date.parse(to) - 30 * dayMs)
  if (!(Date.parse(from) < Date.parse(to)))
    throw costErrors.invalid(`The range from ${from} to ${to} has no days.`)
  if (Date.parse(to) - Date.parse(from) > 3_660 * dayMs)
    throw costErrors.invalid('A range has at most ten years.')
  return { from, to }
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
