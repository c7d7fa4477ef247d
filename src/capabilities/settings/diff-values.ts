/**
 * What changed from one value to another, in lines: `− clips: 3`, `+ clips: 5`. Objects are compared by their parts,
 * lists by their entries, so that a long one shows only what is new and what is gone.
 */
export function diffValues(before: unknown, after: unknown): string[] {
  const [was, is] = [partsOf(before), partsOf(after)]
  const gone = [...was]
    .filter(([part, text]) => is.get(part) !== text)
    .map(([part, text]) => line('−', part, text))
  const added = [...is]
    .filter(([part, text]) => was.get(part) !== text)
    .map(([part, text]) => line('+', part, text))
  return [...gone, ...added]
}

function line(sign: string, part: string, text: string): string {
  const place = part.replace(/ = .*$/s, '')
  return place === '' ? `${sign} ${text}` : `${sign} ${place}: ${text}`
}

/** The leaves of a value by their place. An entry of a list is its own place: moving it is no change. */
function partsOf(value: unknown, place = ''): Map<string, string> {
  if (value === null || value === undefined) return new Map()
  if (Array.isArray(value)) {
    return new Map(
      value.map((item) => JSON.stringify(item, inOrder)).map((text) => [`${place} = ${text}`, text]),
    )
  }
  if (typeof value === 'object') {
    return new Map(
      Object.entries(value).flatMap(([name, part]) => [
        ...partsOf(part, place === '' ? name : `${place}.${name}`),
      ]),
    )
  }
  return new Map([[place, typeof value === 'string' ? JSON.stringify(value) : String(value)]])
}

/** The database keeps the parts of an object in an order of its own. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
