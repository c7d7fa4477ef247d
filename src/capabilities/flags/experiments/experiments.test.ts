import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withDb } from '../../../platform/db/test-db.ts'
import { createHttp } from '../../../platform/http/create-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { createFlagStore } from '../flag-store.ts'
import { openFlagClient } from '../openfeature-provider.ts'
import { getFlag } from '../read-flags.ts'
import { removeFlag, setFlag } from '../set-flag.ts'
import { lead, makeFlag, offForAll } from '../test-flags.ts'
import { assignUnit } from './assign-unit.ts'
import { experimentRoutes } from './experiment-routes.ts'
import { createExperiment, getExperiment, listExperiments, updateExperiment } from './keep-experiments.ts'
import { recordOutcomes } from './record-outcomes.ts'
import { resultRoutes } from './result-routes.ts'
import { startExperiment, stopExperiment } from './run-experiment.ts'
import { atDay, fill, plan, report, running, startMs } from './test-experiments.ts'

describe('a plan', () => {
  const refused: Array<[string, object, string]> = [
    [
      'weights that do not add up',
      {
        variants: [
          { key: 'plain', percent: 50 },
          { key: 'b', percent: 40 },
        ],
      },
      'weights',
    ],
    [
      'a variant for nobody',
      {
        variants: [
          { key: 'plain', percent: 100 },
          { key: 'b', percent: 0 },
        ],
      },
      'weights',
    ],
    ['a control that is no variant', { control: 'other' }, 'invalid'],
    [
      'two variants of one name',
      {
        variants: [
          { key: 'plain', percent: 50 },
          { key: 'plain', percent: 50 },
        ],
      },
      'invalid',
    ],
    ['no primary metric', { metrics: [{ ...plan.metrics[0], role: 'secondary' }] }, 'invalid'],
    [
      'a metric named twice',
      { metrics: [plan.metrics[0], { ...plan.metrics[0], role: 'secondary' }] },
      'invalid',
    ],
  ]
  for (const [name, change, code] of refused) {
    test(`with ${name} is refused`, () =>
      withDb(async (db) => {
        const input = { actor: lead, key: 'hooks', definition: { ...plan, ...change } }
        await assert.rejects(createExperiment({ db }, input), { code: `experiments.${code}` })
      }))
  }

  test('is changed until it is started, and by one person at a time', () =>
    withDb(async (db) => {
      const { key } = await createExperiment({ db }, { actor: lead, key: 'hooks', definition: plan })
      const change = { actor: lead, key, version: 1, definition: { ...plan, title: 'Other' } }
      assert.equal((await updateExperiment({ db }, change)).version, 2)
      await assert.rejects(updateExperiment({ db }, change), { code: 'http.stale' })
      await startExperiment({ db }, { actor: lead, key, version: 2 })
      await assert.rejects(updateExperiment({ db }, { ...change, version: 3 }), {
        code: 'experiments.wrongState',
      })
      await assert.rejects(createExperiment({ db }, { actor: lead, key, definition: plan }), {
        code: 'experiments.exists',
      })
    }))

  test('is of its workspace, and needs the permission', () =>
    withDb(async (db) => {
      await running(db)
      const stranger = { ...lead, workspaceId: 'ws_2' }
      await assert.rejects(getExperiment({ db }, { actor: stranger, key: 'hooks' }), {
        code: 'experiments.notFound',
      })
      await assert.rejects(assignUnit({ db }, { actor: stranger, key: 'hooks', unitId: 'u' }), {
        code: 'experiments.notFound',
      })
      const viewer = { ...lead, permissions: new Set(['experiments.read']) }
      await assert.rejects(stopExperiment({ db }, { actor: viewer, key: 'hooks', version: 2, reason: 'x' }), {
        code: 'access.forbidden',
      })
      assert.equal(
        (await listExperiments({ db }, { actor: lead, limit: 5, state: 'running' })).items.length,
        1,
      )
    }))
})

describe('a unit', () => {
  test('keeps its variant for ever, also after the end', () =>
    withDb(async (db) => {
      const { version } = await running(db)
      const ask = () => assignUnit({ db }, { actor: lead, key: 'hooks', unitId: 'draft_1' })
      const first = await ask()
      assert.deepEqual([first.isNew, (await ask()).isNew], [true, false])
      await stopExperiment({ db }, { actor: lead, key: 'hooks', version, reason: 'done' })
      assert.equal((await ask()).variant, first.variant)
      const late = await assignUnit({ db }, { actor: lead, key: 'hooks', unitId: 'draft_2' })
      assert.equal(late.variant, null)
    }))

  test('gets the value of its variant, and the split is as planned', () =>
    withDb(async (db) => {
      await running(db)
      let questions = 0
      for (let index = 0; index < 100; index++) {
        const given = await assignUnit({ db }, { actor: lead, key: 'hooks', unitId: `u${index}` })
        if (given.variant !== 'question') continue
        questions++
        assert.deepEqual(given.value, { version: 2 })
      }
      assert.ok(questions > 30 && questions < 70, String(questions))
    }))

  test('outside the traffic takes no part', () =>
    withDb(async (db) => {
      await running(db, { trafficPercent: 0 })
      const given = await assignUnit({ db }, { actor: lead, key: 'hooks', unitId: 'u' })
      assert.equal(given.variant, null)
    }))
})

describe('an experiment on a flag', () => {
  const onFlag = {
    flagKey: 'player.new',
    variants: [
      { key: 'off', percent: 50 },
      { key: 'on', percent: 50 },
    ],
    control: 'off',
  }

  test('serves its variants through the SDK, counts exposures, and its winner becomes the flag', () =>
    withDb(async (db) => {
      await makeFlag(db, 'player.new')
      const { version } = await running(db, onFlag)
      const store = createFlagStore({
        db,
        log: silentLog(),
        environment: 'production',
        events: { subscribe: () => () => undefined },
      })
      const client = openFlagClient(store)
      const served = new Set<boolean>()
      for (let index = 0; index < 40; index++) {
        served.add(
          await client.getBooleanValue('player.new', false, {
            workspaceId: 'ws_1',
            targetingKey: `u${index}`,
          }),
        )
      }
      assert.equal(served.size, 2)
      await store.flush()
      const { arms } = await report(db)
      assert.equal(
        arms.reduce((sum, arm) => sum + arm.exposed, 0),
        40,
      )
      await assert.rejects(removeFlag({ db }, { actor: lead, key: 'player.new', version: 1, reason: 'x' }), {
        code: 'flags.needed',
      })
      const rollout = { variant: 'on', steps: [{ percent: 100, holdMinutes: 0 }] }
      const change = { actor: lead, key: 'player.new', version: 1, reason: 'x' }
      await assert.rejects(setFlag({ db }, { ...change, definition: { ...offForAll, rollout } }), {
        code: 'flags.needed',
      })
      await assert.rejects(running(db, onFlag, 'second'), { code: 'experiments.flagBusy' })
      const end = { actor: lead, key: 'hooks', version, reason: 'better', winner: 'on' }
      await stopExperiment({ db }, end)
      assert.deepEqual((await getFlag({ db }, { actor: lead, key: 'player.new' })).serve, { variant: 'on' })
    }))

  test('is not started on a flag that is not there or lacks a variant', () =>
    withDb(async (db) => {
      await assert.rejects(running(db, onFlag), { code: 'experiments.invalid' })
    }))
})

describe('outcomes', () => {
  test('count once by their id, only after the exposure, and once for a unit', () =>
    withDb(async (db) => {
      await running(db)
      await fill(db, 3, { plain: 0, question: 0 })
      const deps = { db, now: atDay(9) }
      const one = { id: 'o1', metric: 'approved', unitId: 'plain-0', at: atDay(2)().toISOString() }
      assert.deepEqual(await recordOutcomes(deps, { actor: lead, outcomes: [one, one] }), {
        recorded: 1,
        repeated: 1,
      })
      assert.equal((await recordOutcomes(deps, { actor: lead, outcomes: [one] })).repeated, 1)
      await recordOutcomes(deps, {
        actor: lead,
        outcomes: [
          { ...one, id: 'o2' },
          { ...one, id: 'early', unitId: 'plain-1', at: atDay(0)().toISOString() },
          { ...one, id: 'stranger', unitId: 'nobody' },
        ],
      })
      const { metrics } = await report(db, 9)
      assert.deepEqual(
        metrics[0]?.arms.map(({ variant, successes }) => [variant, successes]),
        [
          ['plain', 1],
          ['question', 0],
        ],
      )
    }))

  test('that are no number or from the future are refused as a whole', () =>
    withDb(async (db) => {
      const send = (outcome: object) =>
        recordOutcomes(
          { db, now: atDay(1) },
          { actor: lead, outcomes: [{ metric: 'm', unitId: 'u', ...outcome }] },
        )
      await assert.rejects(send({ value: Number.NaN }), { code: 'experiments.invalid' })
      await assert.rejects(send({ at: atDay(2)().toISOString() }), { code: 'experiments.future' })
      await send({ at: new Date(startMs + 86_400_000 + 60_000).toISOString() })
    }))
})

test('the routes plan, start, assign, take outcomes and report', () =>
  withDb(async (db) => {
    const http = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const app = createHttp({ log: silentLog(), config: http, db, authenticate: async () => lead })
    app.route('/api/v1', resultRoutes({ db }))
    app.route('/api/v1', experimentRoutes({ db }))
    const send = async (method: string, path: string, body?: unknown, match?: string) => {
      const answer = await app.request(`/api/v1/experiments${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(match ? { 'if-match': match } : {}) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return {
        status: answer.status,
        etag: answer.headers.get('etag'),
        body: JSON.parse(await answer.text()),
      }
    }
    assert.equal((await send('POST', '', { key: 'hooks', definition: plan })).status, 201)
    assert.equal((await send('POST', '/hooks/start')).status, 428)
    assert.equal((await send('POST', '/hooks/start', undefined, '"v1"')).etag, '"v2"')
    assert.equal((await send('POST', '/hooks/assign', { unitId: 'd1' })).body.isNew, true)
    const outcomes = [{ metric: 'approved', unitId: 'd1' }]
    assert.equal((await send('POST', '/outcomes', { outcomes })).body.recorded, 1)
    assert.equal((await send('GET', '/hooks/report')).body.verdict.kind, 'tooEarly')
    assert.equal((await send('GET', '/hooks/series')).body.metric, 'approved')
    assert.equal((await send('GET', '/sample-size?baseline=0.5&target=0.75&power=0.9')).body.units, 77)
    assert.equal((await send('POST', '/hooks/stop', { reason: 'x' }, '"v2"')).body.state, 'stopped')
    assert.equal((await send('GET', '?state=stopped')).body.items.length, 1)
  }))
