import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { drizzle } from 'drizzle-orm/node-postgres'
import fc from 'fast-check'
import { systemActor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { type FreshDb, freshDb } from '../../platform/db/test-db.ts'
import { expireReservations, listBudgets, releaseCost, reserveCost, setBudget, settleCost } from './index.ts'
import { assertBalanced } from './test-balance.ts'

class Crash extends Error {}

/** The database as a process sees it that dies just before its nth statement; the server undoes what was open. */
function dyingDb({ pool }: FreshDb, beforeStatement: number): Db {
  let left = beforeStatement
  const logQuery = (text: string) => {
    // A connection that dies at its first word has done nothing; the query builder would never give it back.
    if (text.startsWith('begin')) return
    left -= 1
    if (left === 0) throw new Crash()
  }
  return drizzle(pool, { logger: { logQuery } }) as unknown as Db
}

const speech = (characters: number) => [
  { item: 'aws.polly.neural', unit: 'characters', quantity: characters },
]
const micros = (characters: number) => characters * 16
const topics = [undefined, 'health', 'travel']

describe('the ledger', () => {
  let fresh: FreshDb
  let workspaces = 0
  const nextWorkspace = () => `ws_balance_${++workspaces}`
  before(async () => {
    fresh = await freshDb()
  })
  after(() => fresh.close())

  test('balances whatever happens and wherever a process dies', async () => {
    const act = fc.record({
      kind: fc.constantFrom('reserve', 'settle', 'release', 'expire' as const),
      key: fc.nat(3),
      characters: fc.integer({ min: 1, max: 2_000 }),
      minutes: fc.nat(600),
      /** The statement before which the process dies; above the last one it lives. */
      diesBefore: fc.integer({ min: 1, max: 14 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 12 }), async (acts) => {
        const workspaceId = nextWorkspace()
        const clock = { at: new Date('2026-11-30T20:00:00Z') }
        const deps = { db: fresh.db, environment: 'production', now: () => clock.at }
        await setBudget(deps, {
          actor: systemActor('test', workspaceId),
          scope: 'workspace',
          period: 'day',
          limitMicros: micros(5e3),
        })
        const held = new Map<number, string>()
        for (const { kind, key, characters, minutes, diesBefore } of acts) {
          clock.at = new Date(clock.at.getTime() + minutes * 60_000)
          const run = async (db: Db) => {
            const mine = { ...deps, db }
            if (kind === 'expire') return void (await expireReservations(mine))
            if (kind === 'reserve') {
              const reservation = await reserveCost(mine, {
                workspaceId,
                kind: 'speech',
                lines: speech(characters),
                subjectId: 'run_1',
                idempotencyKey: String(key),
                holdMs: 36e5,
                ...(topics[key % 3] ? { topic: topics[key % 3]! } : {}),
                ...(key === 3 ? { videoId: 'video_3' } : {}),
              })
              held.set(key, reservation.id)
              return
            }
            const reservationId = held.get(key)
            if (reservationId === undefined) return
            const which = { workspaceId, reservationId }
            if (kind === 'release') await releaseCost(mine, which)
            else await settleCost(mine, { ...which, lines: speech(characters) })
          }
          const refused = (error: unknown) => {
            if ((error as { code?: string }).code !== 'costs.budgetExceeded') throw error
          }
          try {
            await run(dyingDb(fresh, diesBefore))
          } catch (error) {
            if (!isCrash(error)) refused(error)
          }
          await assertBalanced(fresh.db)
          // What a durable step does after a crash: the same again, under the same key.
          await run(fresh.db).catch(refused)
        }
        await assertBalanced(fresh.db)
      }),
      { numRuns: 12 },
    )
  })

  test('is never overspent by requests at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 8, maxLength: 24 }),
        fc.integer({ min: 200, max: 2_000 }),
        async (asked, limit) => {
          const workspaceId = nextWorkspace()
          const now = () => new Date('2026-11-21T10:00:00Z')
          const deps = { db: fresh.db, environment: 'production', now }
          const actor = systemActor('test', workspaceId)
          await setBudget(deps, { actor, scope: 'workspace', period: 'day', limitMicros: micros(limit) })
          await setBudget(deps, {
            actor,
            scope: 'topic',
            scopeId: 'health',
            period: 'day',
            limitMicros: micros(limit / 2),
          })
          const answers = await Promise.allSettled(
            asked.map((characters, at) =>
              reserveCost(deps, {
                workspaceId,
                kind: 'speech',
                lines: speech(characters),
                subjectId: 'run_1',
                idempotencyKey: String(at),
                ...(at % 2 ? { topic: 'health' } : {}),
              }),
            ),
          )
          const { items } = await listBudgets(deps, { actor })
          for (const { heldMicros, limitMicros } of items) assert.ok(heldMicros <= limitMicros)
          for (const answer of answers) {
            if (answer.status === 'rejected') assert.equal(answer.reason.code, 'costs.budgetExceeded')
          }
          await Promise.all(
            answers.map(async (answer, at) => {
              if (answer.status === 'rejected') return
              const which = { workspaceId, reservationId: answer.value.id }
              if (at % 3 === 0) await releaseCost(deps, which)
              else await settleCost(deps, { ...which, lines: speech(asked[at]!) })
            }),
          )
          const after = await listBudgets(deps, { actor })
          for (const { spentMicros, heldMicros, limitMicros } of after.items) {
            assert.equal(heldMicros, 0)
            assert.ok(spentMicros <= limitMicros)
          }
        },
      ),
      { numRuns: 8 },
    )
    await assertBalanced(fresh.db)
  })
})

function isCrash(error: unknown): boolean {
  return error instanceof Crash || (error instanceof Error && isCrash(error.cause))
}
