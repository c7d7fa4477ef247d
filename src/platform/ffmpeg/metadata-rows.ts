import type { MetadataResult } from './plan.ts'

export type MetadataRows = {
  add(timeMs: number, value: (key: string) => string | null | undefined): void
  finish(): MetadataResult
}

/** Gathers frame metadata into columns: at most one row per `everyMs`, and always the last one. */
export function createMetadataRows(input: { keys: string[]; everyMs?: number }): MetadataRows {
  const timesMs: number[] = []
  const values: Record<string, number[]> = Object.fromEntries(input.keys.map((key) => [key, []]))
  let nextMs = Number.NEGATIVE_INFINITY
  let isProvisional = false

  return {
    add(timeMs, value) {
      // The newest row stays only until the next one comes, unless it was due.
      if (isProvisional) {
        timesMs.pop()
        for (const key of input.keys) values[key]!.pop()
      }
      isProvisional = timeMs < nextMs
      timesMs.push(timeMs)
      for (const key of input.keys) values[key]!.push(asNumber(value(key)))
      if (!isProvisional) nextMs = timeMs + (input.everyMs ?? 0)
    },
    finish: () => ({ kind: 'metadata', timesMs, values }),
  }
}

function asNumber(text: string | null | undefined): number {
  return text === null || text === undefined || text === '' ? Number.NaN : Number.parseFloat(text)
}
