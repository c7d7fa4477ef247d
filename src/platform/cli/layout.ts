/** Rows under headings, columns as wide as they need to be; numbers stand right. */
export function tableText(rows: ReadonlyArray<Record<string, unknown>>, columns?: readonly string[]): string {
  const names = columns ?? Object.keys(rows[0] ?? {})
  const cells = rows.map((row) => names.map((name) => cellText(row[name])))
  const widths = names.map((name, index) =>
    Math.max(name.length, ...cells.map((line) => line[index]!.length)),
  )
  const isNumeric = names.map((name) => rows.length > 0 && rows.every((row) => typeof row[name] === 'number'))
  const lineOf = (line: readonly string[]) =>
    line
      .map((cell, index) => (isNumeric[index] ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!)))
      .join('  ')
      .trimEnd()
  return [lineOf(names), ...cells.map(lineOf)].join('\n')
}

/** One `name  value` line per field; what is undefined is left out. */
export function fieldsText(value: Record<string, unknown>): string {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  const width = Math.max(0, ...entries.map(([name]) => name.length))
  return entries.map(([name, field]) => `${name.padEnd(width)}  ${cellText(field)}`).join('\n')
}

/** A value laid out plainly for a person who did not ask for JSON. */
export function plainText(value: unknown): string {
  if (Array.isArray(value)) return value.every(isRecord) ? tableText(value) : value.map(cellText).join('\n')
  return isRecord(value) ? fieldsText(value) : cellText(value)
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
