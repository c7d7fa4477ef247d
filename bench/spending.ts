import { silentLog } from '../src/platform/log/log.ts'
import { freshDb } from '../src/platform/db/test-db.ts'
import { reserveCost, settleCost } from '../src/capabilities/costs/index.ts'
import { chooseModels, createLlmDoor } from '../src/capabilities/models/index.ts'
import { type Line, percentile } from './line.ts'

/**
 * The ledger: reservations settled a second, on one workspace (whose counters are one row each, so writers queue) and
 * spread over ten. And what choosing a model adds to a call.
 */
export async function benchSpending(options: { seconds?: number } = {}): Promise<Line[]> {
  const { seconds = 5 } = options
  const database = await freshDb()
  const deps = { db: database.db, environment: 'production', log: silentLog() }
  let calls = 0
  const settleOne = async (workspaceId: string) => {
    const lines = [{ item: 'aws.bedrock.claude-haiku-5.5', unit: 'outputTokens', quantity: 500 }]
    const idempotencyKey = `bench/${(calls += 1)}`
    const call = { workspaceId, kind: 'llm', lines, subjectId: 'run_1', topic: 'health', idempotencyKey }
    const { id: reservationId } = await reserveCost(deps, call)
    await settleCost(deps, { workspaceId, reservationId, lines })
  }
  const perSecond = async (workspaces: number) => {
    const before = calls
    const until = performance.now() + seconds * 1000
    await Promise.all(
      Array.from({ length: 10 }, async (_, writer) => {
        while (performance.now() < until) await settleOne(`ws_${writer % workspaces}`)
      }),
    )
    return (calls - before) / seconds
  }
  try {
    await settleOne('ws_0')
    const one = await perSecond(1)
    const ten = await perSecond(10)
    const llm = createLlmDoor({
      ollamaBaseUrl: 'http://127.0.0.1:9/v1',
      keys: { anthropic: 'key' },
      findSecret: async () => undefined,
    })
    const times: number[] = []
    for (let count = 0; count < 500; count++) {
      const startedMs = performance.now()
      await chooseModels(
        { ...deps, llm },
        { workspaceId: 'ws_0', kind: 'text', task: 'script', topic: 'health' },
      )
      times.push(performance.now() - startedMs)
    }
    return [
      { what: 'Ledger: reserve and settle, one workspace', value: one, unit: 'calls/s', note: '10 writers' },
      { what: 'Ledger: reserve and settle, ten workspaces', value: ten, unit: 'calls/s', note: '10 writers' },
      { what: 'Choosing a model, p50', value: percentile(times, 50), unit: 'ms' },
      {
        what: 'Choosing a model, p99',
        value: percentile(times, 99),
        unit: 'ms',
        target: '< 20 ms',
        isMet: percentile(times, 99) < 20,
      },
    ]
  } finally {
    await database.close()
  }
}
