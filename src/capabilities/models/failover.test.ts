import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type LlmServer, startLlmServer } from '../../../test/servers/llm-server.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { summarizeCosts } from '../costs/index.ts'
import { assertBalanced } from '../costs/test-balance.ts'
import { checkModels, generateText, listModels, setChoice, type TextUse } from './index.ts'
import { actor, modelDeps } from './test-models.ts'

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

test('the fallback drill: primary fails → rests → second serves → primary heals → traffic returns', () =>
  withDb(async (db) => {
    const deps = both(db)
    const pass = (seconds: number) => (deps.at.now = new Date(deps.at.now.getTime() + seconds * 1000))
    await setChoice(deps, { actor, kind: 'text', chain })
    const served: string[] = []
    const ask = async () => served.push((await generateText(deps, use)).modelId)
    const breaker = async () =>
      (await listModels(deps, { actor, kind: 'text' })).items.find(({ id }) => id === chain[0])!.breaker

    await ask()
    anthropic.always = { kind: 'status', status: 500 }
    for (let call = 0; call < 5; call++) await ask()
    assert.equal(await breaker(), 'open')
    const tries = anthropic.calls.length
    for (let call = 0; call < 5; call++) await ask()
    assert.equal(anthropic.calls.length, tries, 'a model that rests is left alone')
    assert.equal((await checkModels(deps, { actor, vendor: 'anthropic' })).items[0]?.result, 'llm.down')

    pass(31)
    await ask()
    assert.equal(await breaker(), 'open', 'the probe failed, so it rests again')
    anthropic.always = undefined
    await ask()
    assert.equal((await checkModels(deps, { actor, vendor: 'anthropic' })).items[0]?.result, 'ok')
    await ask()
    assert.equal(await breaker(), 'halfOpen')
    await ask()
    assert.equal(await breaker(), 'closed')
    await ask()

    const [first, second] = chain
    assert.deepEqual(served, [first, ...Array.from({ length: 12 }, () => second), first, first, first])
    const { rows } = await summarizeCosts(deps, { actor })
    const of = (item: string) =>
      rows.filter((row) => row.item === item).reduce((sum, row) => sum + row.costMicros, 0)
    assert.equal(of('anthropic.claude-sonnet-5.5'), 4 * sonnetMicros)
    assert.equal(of('openai.gpt-5'), 12 * gptMicros)
    await assertBalanced(db)
  }))
