import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { z } from 'zod'
import { type LlmServer, startLlmServer } from '../../../test/servers/llm-server.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { parseServerEvents } from '../../platform/cli/server-events.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import { silentLog } from '../../platform/log/log.ts'
import { listBudgets, listEntries, setBudget, summarizeCosts } from '../costs/index.ts'
import { assertBalanced } from '../costs/test-balance.ts'
import {
  chooseModels,
  findModel,
  generateObject,
  generateText,
  listModels,
  modelRoutes,
  rateCall,
  setChoice,
  streamText,
  type TextUse,
} from './index.ts'
import { actor, modelDeps, person } from './test-models.ts'

let anthropic: LlmServer
let openai: LlmServer
before(async () => {
  anthropic = await startLlmServer()
  openai = await startLlmServer()
})
after(async () => {
  await anthropic.close()
  await openai.close()
})
beforeEach(() => {
  for (const server of [anthropic, openai]) {
    server.calls.length = 0
    server.faults.length = 0
    server.always = undefined
    server.say.pieces = ['Bees ', 'dance.']
    server.say.ending = 'stop'
  }
})
const both = (db: Db, more: object = {}) =>
  modelDeps(db, { anthropicUrl: anthropic.url, openaiUrl: openai.url, ...more })
const chain = ['anthropic:claude-sonnet-5.5', 'openai:gpt-5']
const use: TextUse = {
  workspaceId: 'ws_1',
  subjectId: 'run_1',
  task: 'script',
  messages: [{ role: 'user', text: 'What do bees do?' }],
  maxOutputTokens: 200,
}
/** 100 in at 2, 20 cached at 0.1 and 30 out at 10 USD for a million. */
const sonnetMicros = 200 + 2 + 300
/** 100 in at 1.25, 20 cached at 0.125 and 30 out at 10. */
const gptMicros = 125 + 3 + 300

describe('a text', () => {
  test('comes from the best configured model, is settled at what it used, and can be rated', () =>
    withDb(async (db) => {
      const deps = both(db)
      const answer = await generateText(deps, use)
      assert.deepEqual(
        [answer.modelId, answer.text, answer.costMicros, answer.isCached],
        ['anthropic:claude-sonnet-5.5', 'Bees dance.', sonnetMicros, false],
      )
      const entries = await listEntries(deps, { actor, limit: 10 })
      assert.deepEqual([...new Set(entries.items.map(({ model }) => model))], ['anthropic:claude-sonnet-5.5'])
      await rateCall(deps, { actor, callId: answer.callId, rating: 0 })
      const { items } = await listModels(deps, { actor, kind: 'text' })
      const sonnet = items.find(({ id }) => id === 'anthropic:claude-sonnet-5.5')!
      assert.deepEqual([sonnet.score, sonnet.ratings, sonnet.lastDay.calls], [80, 1, 1])
      await assert.rejects(rateCall(deps, { actor, callId: answer.callId, rating: 2 }), {
        code: 'models.invalid',
      })
      await assertBalanced(db)
    }))

  test('follows the chain for its topic and task, then its topic, then everything', () =>
    withDb(async (db) => {
      const deps = both(db)
      const set = (models: string[], more: object) =>
        setChoice(deps, { actor, kind: 'text', chain: models, ...more })
      await set(['openai:gpt-5'], {})
      await set(['openai:gpt-5-mini'], { task: 'script' })
      await set(['anthropic:claude-haiku-5.5'], { topic: 'health' })
      const first = async (more: object) =>
        (await chooseModels(deps, { workspaceId: 'ws_1', kind: 'text', ...more })).candidates[0]?.model.id
      assert.equal(await first({}), 'openai:gpt-5')
      assert.equal(await first({ task: 'script' }), 'openai:gpt-5-mini')
      assert.equal(await first({ task: 'script', topic: 'health' }), 'anthropic:claude-haiku-5.5')
      const staging = both(db, { environment: 'staging' })
      const other = await chooseModels(staging, { workspaceId: 'ws_1', kind: 'text' })
      assert.equal(other.candidates[0]?.model.id, 'anthropic:claude-sonnet-5.5')
      await set([], {})
      assert.equal(await first({}), 'anthropic:claude-sonnet-5.5')
    }))

  test('never comes from a retired model: its successor is named', () =>
    withDb(async (db) => {
      const deps = both(db)
      const retired = { code: 'models.retired', message: /2026-09-30; use bedrock:luma-ray2/ }
      await assert.rejects(setChoice(deps, { actor, kind: 'video', chain: ['bedrock:nova-reel'] }), retired)
      const old = { ...use, modelId: 'bedrock:claude-3-haiku' }
      await assert.rejects(generateText(deps, old), { code: 'models.retired', message: /claude-haiku-5\.5/ })
      await assert.rejects(findModel(deps, { workspaceId: 'ws_1', modelId: 'openai:gpt5' }), {
        message: /did you mean openai:gpt-5\?/,
      })
    }))

  test('without any vendor is assembled from notes, and says so', () =>
    withDb(async (db) => {
      const notes = [{ id: 'a', text: 'Bees dance to show the way. Cats sleep.' }]
      const answer = await generateText(modelDeps(db, {}), { ...use, notes })
      assert.deepEqual(
        [answer.modelId, answer.label, answer.costMicros],
        ['offline', 'assembled from your notes', 0],
      )
    }))

  test('that a vendor refuses to write is not asked of another one', () =>
    withDb(async (db) => {
      anthropic.say.ending = 'refusal'
      await assert.rejects(generateText(both(db), use), { code: 'llm.refused' })
      assert.equal(openai.calls.length, 0)
      await assertBalanced(db)
    }))

  test('streams, and what a broken stream had made is paid for', () =>
    withDb(async (db) => {
      const deps = both(db)
      const pieces: string[] = []
      for await (const piece of streamText(deps, use)) pieces.push(piece)
      assert.deepEqual(pieces, ['Bees ', 'dance.'])
      anthropic.faults.push({ kind: 'truncated' })
      await assert.rejects(
        async () => {
          for await (const piece of streamText(deps, use)) pieces.push(piece)
        },
        { code: /llm\.truncated|models\.noneLeft/ },
      )
      assert.equal(openai.calls.length, 0)
      const { items } = await listEntries(deps, { actor, limit: 50 })
      assert.ok(items.length > 3)
      await assertBalanced(db)
    }))

  test('by schema is repaired, and all tries are paid for', () =>
    withDb(async (db) => {
      const deps = both(db)
      openai.say.pieces = ['{"title":"Bees",}']
      const schema = { name: 'idea', shape: z.object({ title: z.string() }) }
      const made = await generateObject(deps, { ...use, modelId: 'openai:gpt-5', schema })
      assert.deepEqual([made.value, made.repairs], [{ title: 'Bees' }, 0])
      openai.say.pieces = ['no']
      await assert.rejects(generateObject(deps, { ...use, modelId: 'openai:gpt-5', schema }), {
        code: 'llm.noObject',
      })
      const { totalMicros } = await summarizeCosts(deps, { actor })
      // Three tries of 300 in all; cached input is rounded up for the sum.
      assert.equal(totalMicros, gptMicros + 3 * 425 + 8)
      await assertBalanced(db)
    }))
})

describe('the development cache', () => {
  test('serves the same request for an hour, for nothing, marked in the answer and in the ledger', () =>
    withDb(async (db) => {
      const deps = both(db, { environment: 'development' })
      await generateText(deps, use)
      const again = await generateText(deps, use)
      assert.deepEqual([again.isCached, again.costMicros, again.text], [true, 0, 'Bees dance.'])
      assert.equal(anthropic.calls.length, 1)
      const { items } = await listEntries(deps, { actor, limit: 10 })
      assert.equal(items.filter(({ isCached }) => isCached).length, 1)
      await generateText(deps, { ...use, workspaceId: 'ws_2' })
      assert.equal(anthropic.calls.length, 2)
      deps.at.now = new Date(deps.at.now.getTime() + 3_600_001)
      assert.equal((await generateText(deps, use)).isCached, false)
    }))

  test('is never used in production', () =>
    withDb(async (db) => {
      const deps = both(db)
      await generateText(deps, use)
      assert.equal((await generateText(deps, use)).isCached, false)
      assert.equal(anthropic.calls.length, 2)
    }))
})

describe('a budget', () => {
  const limit = (db: Db, rule: 'stop' | 'degrade', limitMicros: number) =>
    setBudget(both(db), { actor, scope: 'workspace', period: 'day', limitMicros, rule })

  test('that says stop refuses before the vendor is called', () =>
    withDb(async (db) => {
      await limit(db, 'stop', 100)
      await assert.rejects(generateText(both(db), use), { code: 'costs.budgetExceeded' })
      assert.equal(anthropic.calls.length, 0)
    }))

  test('that says degrade takes the next model that fits', () =>
    withDb(async (db) => {
      await limit(db, 'degrade', 600)
      const answer = await generateText(both(db), use)
      assert.equal(answer.modelId, 'anthropic:claude-haiku-5.5')
      assert.equal(answer.passedOver[0]?.because, 'does not fit into the budget')
      const { items } = await listBudgets(both(db), { actor })
      assert.ok(items[0]!.spentMicros <= 600)
    }))
})

test('the routes list, explain, choose, check, and stream a try', () =>
  withDb(async (db) => {
    const config = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const app = createHttp({ log: silentLog(), config, db, authenticate: async () => person })
    app.route('/api/v1', modelRoutes(both(db)))
    const send = (method: string, path: string, body: unknown) =>
      app.request(`/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const get = async (path: string) => (await app.request(`/api/v1${path}`)).json()
    assert.equal((await send('PUT', '/models/choices', { kind: 'text', chain })).status, 200)
    assert.equal(
      (await send('PUT', '/models/choices', { kind: 'video', chain: ['bedrock:nova-reel'] })).status,
      410,
    )
    const chosen = (await get('/models/chosen')) as { because: string; candidates: unknown[] }
    assert.deepEqual([chosen.because, chosen.candidates.length], ['chosen for everything', 2])
    const one = (await get(`/models/${encodeURIComponent(chain[0]!)}`)) as { isConfigured: boolean }
    assert.equal(one.isConfigured, true)

    const events = []
    const answer = await send('POST', '/models/try', { prompt: 'What do bees do?' })
    for await (const event of parseServerEvents(answer.body!)) events.push(event)
    assert.deepEqual(
      events.map(({ type }) => type),
      ['text', 'text', 'done'],
    )
    assert.equal((events.at(-1)!.data as { costMicros: number }).costMicros, sonnetMicros)
    anthropic.say.ending = 'refusal'
    anthropic.say.pieces = []
    const refused = await send('POST', '/models/try', { prompt: 'x' })
    assert.equal(refused.status, 422)
    assert.match(await refused.text(), /llm\.refused/)
    const unknown = await send('POST', '/models/try', { prompt: 'x', modelId: 'openai:gpt5' })
    assert.equal(unknown.status, 404)
  }))
