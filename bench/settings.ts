import { freshDb } from '../src/platform/db/test-db.ts'
import { openSettingSources, readSetting, setSetting } from '../src/capabilities/settings/index.ts'
import { systemActor } from '../src/kernel/actor.ts'
import { type Line, percentile } from './line.ts'

const workspaces = 50
const config = { quotaBytes: 2 ** 40 }

/** Reads settings of many workspaces and topics as the product does: from memory, and the first time from the database. */
export async function benchSettings(options: { reads?: number } = {}): Promise<Line[]> {
  const { reads = 200_000 } = options
  const database = await freshDb()
  try {
    const sources = openSettingSources({
      db: database.db,
      config,
      events: { subscribe: () => () => undefined },
    })
    const deps = { db: database.db, config, settingSources: sources }
    for (let at = 0; at < workspaces; at++) {
      const actor = systemActor('bench', `ws_${at}`)
      const change = { actor, reason: 'bench' }
      await setSetting(deps, { ...change, key: 'clips.count', value: at % 10 })
      await setSetting(deps, { ...change, key: 'videos.maxSeconds', value: 700, topic: 'health' })
    }
    const first = await timed(workspaces, (at) => readSetting(deps, `ws_${at}`, 'clips.count'))
    const again = await timed(reads, (at) =>
      readSetting(deps, `ws_${at % workspaces}`, 'videos.maxSeconds', { topic: 'health' }),
    )
    return [
      { what: 'settings: read from memory, p50', value: percentile(again, 50) * 1000, unit: 'µs' },
      {
        what: 'settings: read from memory, p99',
        value: percentile(again, 99) * 1000,
        unit: 'µs',
        target: '< 10 µs',
        isMet: percentile(again, 99) < 0.01,
        note: `${workspaces} workspaces, topic layer`,
      },
      { what: 'settings: first read of a workspace, p99', value: percentile(first, 99), unit: 'ms' },
    ]
  } finally {
    await database.close()
  }
}

async function timed(count: number, read: (at: number) => Promise<unknown>): Promise<number[]> {
  const timesMs: number[] = []
  for (let at = 0; at < count; at++) {
    const startedMs = performance.now()
    await read(at)
    timesMs.push(performance.now() - startedMs)
  }
  return timesMs
}
