import { parseTime, timeErrors } from '../../kernel/time.ts'

/** Reads `0.2s`, `0.2` or `00:00:00.200`. */
export function readMsOption(name: string, text: string): number {
  try {
    return parseTime(text)
  } catch (cause) {
    throw timeErrors.invalid(`${name} "${text}" is not a time.`, { cause })
  }
}

/** Reads `4%` or `0.04`. */
export function readShareOption(name: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim())
  const share = match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN
  if (!(share >= 0 && share <= 1))
    throw timeErrors.invalid(`${name} "${text}" is not a share such as 4% or 0.04.`)
  return share
}
