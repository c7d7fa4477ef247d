import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withDb } from '../../../platform/db/test-db.ts'
import { getFlag } from '../read-flags.ts'
import { recordExposures } from '../record-exposures.ts'
import { rolloutExposureId } from '../compile-flags.ts'
import { lead, makeFlag } from '../test-flags.ts'
import { getExperiment } from './keep-experiments.ts'
import { recordOutcomes } from './record-outcomes.ts'
import { seriesOfExperiment } from './report-experiment.ts'
import { watchGuardrails } from './watch-guardrails.ts'
import { atDay, fill, plan, report, running } from './test-experiments.ts'

describe('the verdict', () => {
  test('waits for units and days, in words', () =>
    withDb(async (db) => {
      await running(db)
      await fill(db, 40, { plain: 10, question: 30 })
      const { verdict } = await report(db, 4)
      assert.equal(verdict.kind, 'tooEarly')
      assert.match(verdict.sentences[0]!, /60 more drafts in the smallest variant and 3 more days/)
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
