import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Db } from '../../../platform/db/client.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { createHttp } from '../../../platform/http/create-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { createFlagStore } from '../flag-store.ts'
import { openFlagClient } from '../openfeature-provider.ts'
import { getFlag } from '../read-flags.ts'
import { recordExposures } from '../record-exposures.ts'
import { rolloutExposureId } from '../compile-flags.ts'
import { removeFlag, setFlag } from '../set-flag.ts'
import { lead, makeFlag, offForAll } from '../test-flags.ts'
import { assignUnit } from './assign-unit.ts'
import { experimentRoutes } from './experiment-routes.ts'
import { createExperiment, getExperiment, listExperiments, updateExperiment } from './keep-experiments.ts'
import { recordOutcomes } from './record-outcomes.ts'
import { reportExperiment, seriesOfExperiment } from './report-experiment.ts'
import { resultRoutes } from './result-routes.ts'
import { startExperiment, stopExperiment } from './run-experiment.ts'
import { watchGuardrails } from './watch-guardrails.ts'

const startMs = Date.parse('2026-11-01T00:00:00Z')
const atDay = (day: number) => () => new Date(startMs + day * 86_400_000)

const plan = {
  title: 'Question first',
  unit: 'draft',
  variants: [
    { key: 'plain', title: 'As it is', percent: 50 },
    { key: 'question', title: 'A question first', percent: 50, value: { version: 2 } },
  ],
  control: 'plain',
  metrics: [{ metric: 'approved', title: 'Approved', kind: 'rate', goal: 'increase', role: 'primary' }],
  minUnits: 100,
  minDays: 7,
}

async function running(db: Db, change: object = {}, key = 'hooks') {
  const deps = { db, now: atDay(0), newExperimentId: () => `exp_${key}` }
  const made = await createExperiment(deps, { actor: lead, key, definition: { ...plan, ...change } })
  return startExperiment(deps, { actor: lead, key, version: made.version })
}

/** Exposes `units` units and lets so many of each variant have the outcome. */
async function fill(db: Db, units: number, successes: Record<string, number>, metric = 'approved') {
  const left = { ...successes }
  const exposed: Parameters<typeof recordExposures>[1][number][] = []
  const happened: Array<{ metric: string; unitId: string; at: string }> = []
  for (let index = 0; index < units; index++) {
    for (const variant of Object.keys(successes)) {
      const unitId = `${variant}-${index}`
      exposed.push({ workspaceId: 'ws_1', exposureId: 'exp_hooks', unitId, variant, at: atDay(1)() })
      if (left[variant]!-- > 0) happened.push({ metric, unitId, at: atDay(2)().toISOString() })
    }
  }
  await recordExposures(db, exposed)
  if (happened.length > 0) await recordOutcomes({ db, now: atDay(3) }, { actor: lead, outcomes: happened })
}

const report = (db: Db, day = 8) => reportExperiment({ db, now: atDay(day) }, { actor: lead, key: 'hooks' })

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

describe('the verdict', () => {
  test('waits for units and days, in words', () =>
    withDb(async (db) => {
      await running(db)
      await fill(db, 40, { plain: 10, question: 30 })
      const { verdict } = await report(db, 4)
      assert.equal(verdict.kind, 'tooEarly')
      assert.match(verdict.sentences[0]!, /60 more drafts and 3 more days/)
    }))

  test('names a winner with the numbers', () =>
    withDb(async (db) => {
      await running(db)
      await fill(db, 300, { plain: 90, question: 165 })
      const { verdict, metrics } = await report(db)
      assert.deepEqual([verdict.kind, verdict.variant], ['winner', 'question'])
      assert.equal(verdict.headline, '“A question first” wins.')
      assert.match(
        verdict.sentences[0]!,
        /55\.0 % with “A question first”, 30\.0 % with the control \(\+25\.0 points/,
      )
      assert.ok(metrics[0]!.comparisons[0]!.belief.chanceTreatmentIsHigher > 0.999)
    }))

  test('keeps the control when the new one is worse', () =>
    withDb(async (db) => {
      await running(db)
      await fill(db, 300, { plain: 165, question: 90 })
      assert.equal((await report(db)).verdict.kind, 'controlWins')
    }))

  test('says that there is no difference once that is known', () =>
    withDb(async (db) => {
      await running(db, { metrics: [{ ...plan.metrics[0], smallestEffect: 0.2 }] })
      await fill(db, 400, { plain: 120, question: 121 })
      assert.equal((await report(db)).verdict.kind, 'noDifference')
    }))

  test('is none while it may be luck, and says how many units it would take', () =>
    withDb(async (db) => {
      await running(db)
      await fill(db, 120, { plain: 40, question: 46 })
      const { verdict } = await report(db)
      assert.equal(verdict.kind, 'undecided')
      assert.match(verdict.sentences.at(-1)!, /plan on about 1,[0-9]+ drafts in each/)
    }))

  test('refuses to judge a broken split, however clear the numbers look', () =>
    withDb(async (db) => {
      await running(db)
      await fill(db, 300, { plain: 30, question: 240 })
      await fill(db, 500, { plain: 0 })
      assert.equal((await report(db)).verdict.kind, 'brokenSplit')
    }))

  test('of means compares averages over units', () =>
    withDb(async (db) => {
      const metrics = [
        { metric: 'edits', kind: 'mean', goal: 'decrease', role: 'primary', smallestEffect: 0.1 },
      ]
      await running(db, { metrics })
      await fill(db, 150, { plain: 0, question: 0 })
      const outcomes = Array.from({ length: 300 }, (_, index) => ({
        metric: 'edits',
        unitId: index < 150 ? `plain-${index}` : `question-${index - 150}`,
        value: (index < 150 ? 0.5 : 0.3) + (index % 10) / 50,
        at: atDay(2)().toISOString(),
      }))
      await recordOutcomes({ db, now: atDay(3) }, { actor: lead, outcomes })
      const { verdict, metrics: measured } = await report(db)
      assert.equal(verdict.kind, 'winner')
      assert.ok(Math.abs(measured[0]!.comparisons[0]!.fixed.difference + 0.2) < 1e-9)
    }))

  test('is drawn day by day', () =>
    withDb(async (db) => {
      await running(db)
      await fill(db, 120, { plain: 40, question: 80 })
      const { points } = await seriesOfExperiment({ db, now: atDay(5) }, { actor: lead, key: 'hooks' })
      const last = points.filter((point) => point.variant === 'question').at(-1)!
      assert.ok(last.low! < last.difference! && last.difference! < last.high!)
      assert.deepEqual([last.exposed, points.length], [120, 20])
    }))
})

describe('guardrails', () => {
  test('stop an experiment that does harm, and tell why', () =>
    withDb(async (db) => {
      const harm = { metric: 'failed', kind: 'rate', goal: 'decrease', role: 'guardrail', maxHarm: 0.02 }
      await running(db, { metrics: [plan.metrics[0], harm] })
      await fill(db, 200, { plain: 4, question: 60 }, 'failed')
      assert.deepEqual(await watchGuardrails({ db, now: atDay(4) }), ['hooks'])
      const stopped = await getExperiment({ db }, { actor: lead, key: 'hooks' })
      assert.equal(stopped.state, 'stopped')
      assert.match(stopped.stopReason!, /does harm/)
      assert.deepEqual(await watchGuardrails({ db, now: atDay(4) }), [])
    }))

  test('let go on what is not known to do harm', () =>
    withDb(async (db) => {
      const harm = { metric: 'failed', kind: 'rate', goal: 'decrease', role: 'guardrail', maxHarm: 0.02 }
      await running(db, { metrics: [plan.metrics[0], harm] })
      await fill(db, 200, { plain: 8, question: 12 }, 'failed')
      assert.deepEqual(await watchGuardrails({ db, now: atDay(4) }), [])
    }))

  test('take a gradual rollout back', () =>
    withDb(async (db) => {
      const rollout = {
        variant: 'on',
        steps: [{ percent: 50, holdMinutes: 10_000 }],
        startedAt: atDay(0)().toISOString(),
        guardrails: [{ metric: 'failed', kind: 'rate', goal: 'decrease', maxHarm: 0.02 }],
      }
      await makeFlag(db, 'player.new', { rollout }, atDay(0))
      const exposureId = rolloutExposureId('player.new', rollout.startedAt)
      const exposed = Array.from({ length: 300 }, (_, index) => ({
        workspaceId: 'ws_1',
        exposureId,
        unitId: `u${index}`,
        variant: index < 150 ? 'rollout' : 'rest',
        at: atDay(1)(),
      }))
      await recordExposures(db, exposed)
      const outcomes = exposed
        .slice(0, 40)
        .map(({ unitId }) => ({ metric: 'failed', unitId, at: atDay(2)().toISOString() }))
      assert.deepEqual(await watchGuardrails({ db, now: atDay(3) }), [])
      await recordOutcomes({ db, now: atDay(3) }, { actor: lead, outcomes })
      assert.deepEqual(await watchGuardrails({ db, now: atDay(3) }), ['player.new'])
      const flag = await getFlag({ db }, { actor: lead, key: 'player.new' })
      assert.match(flag.rollout!.stopped!.because, /A guardrail tripped/)
      assert.equal(flag.changedBy, 'guardrails')
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
