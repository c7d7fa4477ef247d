import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runChaos } from './chaos.ts'

test('runs whose worker or engine is killed end well, with each effect applied once and nothing left over', async () => {
  const report = await runChaos({ runs: 3, seed: 7 })
  assert.deepEqual(
    report.runs.map((run) => run.state),
    ['succeeded', 'succeeded', 'succeeded'],
  )
  assert.ok(
    report.runs.some((run) => run.victim === 'worker') && report.runs.some((run) => run.victim === 'engine'),
  )
  assert.ok(report.runs.every((run) => run.clips > 0 && run.drafts === run.clips))
  assert.ok(report.effects > 0)
  assert.equal(report.effectsNotOnce, 0)
  assert.deepEqual(report.doubled, [])
  assert.deepEqual(report.orphanFiles, [])
})
