import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Actor } from '../../kernel/actor.ts'
import type { HttpEnv } from './http-env.ts'
import { createSharedReads, type SharedReadsOptions } from './share-reads.ts'
import { allPowerful, bodyOf, testHttp } from './test-http.ts'

type Reading = { workspaceId: string; end: (answer: unknown) => void; fail: (error: Error) => void }

/** Requests name their workspace in a header; readings end when the test says so. */
function scene(options: SharedReadsOptions = {}) {
  const readings: Reading[] = []
  const share = createSharedReads(options)
  const routes = new OpenAPIHono<HttpEnv>()
  routes.get('/things', (c) =>
    share(c, () => {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      readings.push({ workspaceId: c.var.actor.workspaceId, end: resolve, fail: reject })
      return promise
    }),
  )
  const authenticate = async (request: Request): Promise<Actor> =>
    allPowerful('person', request.headers.get('x-workspace-id') ?? 'ws_1')
  const app = testHttp({ routes: [routes], authenticate })
  const ask = async (path = '/things', workspaceId = 'ws_1') => {
    const answer = await app.request(`/api/v1${path}`, { headers: { 'x-workspace-id': workspaceId } })
    const { status, headers } = answer
    return { status, body: await bodyOf(answer), id: headers.get('x-request-id'), etag: headers.get('etag') }
  }
  /** Lets everything happen that waits for nothing from outside. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return { readings, ask, settle }
}

describe('shared reads', () => {
  test('who asks while a reading is under way shares the next one, which begins after they asked', async () => {
    const { readings, ask, settle } = scene()
    const first = ask()
    await settle()
    const [second, third] = [ask(), ask()]
    await settle()
    assert.equal(readings.length, 1)
    readings[0]!.end({ version: 1 })
    assert.deepEqual((await first).body, { version: 1 })
    await settle()
    assert.equal(readings.length, 2)
    readings[1]!.end({ version: 2 })
    const [two, three] = await Promise.all([second, third])
    assert.deepEqual([two.body, three.body], [{ version: 2 }, { version: 2 }])
    assert.notEqual(two.id, three.id)
  })

  test('nothing is kept: who asks later is read for anew', async () => {
    const { readings, ask, settle } = scene()
    for (const version of [1, 2]) {
      const asked = ask()
      await settle()
      readings.at(-1)!.end({ version })
      assert.deepEqual((await asked).body, { version })
    }
    assert.equal(readings.length, 2)
  })

  test('a thing with a version has its ETag, a list has none', async () => {
    const { readings, ask, settle } = scene()
    const [thing, list] = [ask('/things?id=1'), ask()]
    await settle()
    readings[0]!.end({ id: '1', version: 7 })
    readings[1]!.end({ items: [{ id: '1', version: 7 }] })
    assert.deepEqual([(await thing).etag, (await list).etag], ['"v7"', null])
  })

  test('what depends on who asks is shared with nobody else', async () => {
    const asked: string[] = []
    const share = createSharedReads({ writes: () => 0 })
    const routes = new OpenAPIHono<HttpEnv>()
    routes.get('/me', (c) => share(c, async () => ({ id: (asked.push('me'), c.var.actor.id) }), 'actor'))
    const authenticate = async (request: Request): Promise<Actor> =>
      allPowerful(request.headers.get('x-who') ?? 'nobody')
    const app = testHttp({ routes: [routes], authenticate })
    const me = async (who: string) =>
      (await bodyOf(await app.request('/api/v1/me', { headers: { 'x-who': who } }))).id
    assert.deepEqual([await me('ann'), await me('ben'), await me('ann')], ['ann', 'ben', 'ann'])
    assert.equal(asked.length, 2)
  })

  test('another workspace and another query are other readings', async () => {
    const { readings, ask, settle } = scene()
    const asked = [ask(), ask('/things', 'ws_2'), ask('/things?limit=2')]
    await settle()
    assert.deepEqual(
      readings.map((one) => one.workspaceId),
      ['ws_1', 'ws_2', 'ws_1'],
    )
    for (const [index, reading] of readings.entries()) reading.end({ index })
    assert.deepEqual(
      (await Promise.all(asked)).map((one) => one.body.index),
      [0, 1, 2],
    )
  })

  test('a failure reaches those who shared the reading, and not those behind it', async () => {
    const { readings, ask, settle } = scene()
    const first = ask()
    await settle()
    const second = ask()
    await settle()
    readings[0]!.fail(new Error('the database is gone'))
    assert.equal((await first).status, 500)
    await settle()
    readings[1]!.end({ ok: true })
    assert.equal((await second).status, 200)
  })

  describe('where nobody else writes', () => {
    const alone = () => {
      const at = { writes: 0, nowMs: 0 }
      return { at, ...scene({ writes: () => at.writes, nowMs: () => at.nowMs }) }
    }
    const answered = async ({ ask, settle, readings }: ReturnType<typeof scene>, version: number) => {
      const asked = ask()
      await settle()
      readings.at(-1)!.end({ version })
      return (await asked).body as { version: number }
    }

    test('an answer holds until something is written', async () => {
      const { at, ...stage } = alone()
      assert.deepEqual(await answered(stage, 1), { version: 1 })
      assert.deepEqual((await stage.ask()).body, { version: 1 })
      assert.equal(stage.readings.length, 1)
      at.writes++
      assert.deepEqual(await answered(stage, 2), { version: 2 })
      assert.equal(stage.readings.length, 2)
    })

    test('an answer that was overtaken by a write is not kept', async () => {
      const { at, ...stage } = alone()
      const asked = stage.ask()
      await stage.settle()
      at.writes++
      stage.readings[0]!.end({ version: 1 })
      await asked
      assert.deepEqual(await answered(stage, 2), { version: 2 })
    })

    test('no answer is kept for longer than a second', async () => {
      const { at, ...stage } = alone()
      await answered(stage, 1)
      at.nowMs = 1_000
      assert.deepEqual(await answered(stage, 2), { version: 2 })
    })

    test('the answer of one workspace is not that of another', async () => {
      const { ask, settle, readings } = alone()
      await answered({ ask, settle, readings }, 1)
      const other = ask('/things', 'ws_2')
      await settle()
      assert.equal(readings.length, 2)
      readings[1]!.end({ version: 2 })
      assert.deepEqual((await other).body, { version: 2 })
    })
  })
})
