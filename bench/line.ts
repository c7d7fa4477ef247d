/** One line of the table of a benchmark. */
export type Line = {
  what: string
  value: number
  unit: string
  /** In words, such as "< 25 ms". */
  target?: string
  isMet?: boolean
  note?: string
}

/** The lines as a Markdown table. */
export function toTable(lines: readonly Line[]): string {
  const rows = lines.map(({ what, value, unit, target, isMet, note }) => [
    what,
    `${rounded(value)} ${unit}`,
    target ?? '',
    isMet === undefined ? '' : isMet ? 'yes' : 'no',
    note ?? '',
  ])
  const all = [['what', 'measured', 'target', 'reached', 'note'], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(3, ...all.map((row) => row[column]!.length)))
  const lineOf = (row: string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [lineOf(all[0]!), rule, ...all.slice(1).map(lineOf)].join('\n')
}

/** Three digits are more than a shared machine can promise. */
function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** The smallest value that is not below `percent` of them; NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN
}
