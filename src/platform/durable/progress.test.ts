import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { systemActor } from '../../kernel/actor.ts'
import { freshDb } from '../db/test-db.ts'
import { createEventFeed, type EventFeed } from '../events/event-feed.ts'
import { silentLog } from '../log/log.ts'
import { until } from './engine-process.ts'
import { createProgress } from './progress.ts'
import { beginRun, enterStage } from './run-state.ts'
import { startRun } from './start-run.ts'
import { storyWorkflow } from './test-workflows.ts'

const log = silentLog()

describe('createProgress', () => {
  let own: Awaited<ReturnType<typeof freshDb>>
  let feed: EventFeed
  before(async () => {
    own = await freshDb()
    feed = createEventFeed({ url: own.url, db: own.db, log })
    await feed.ready
  })
  after(async () => {
    await feed?.close()
    await own?.close()
  })

  test('a thousand reports are two or three writes, heard as growing percent of the run', async () => {
    const heard: number[] = []
    const forget = feed.subscribe('ws_1', (event) => {
      if (event.type === 'run.progressed') heard.push(Number(event.data['percent']))
    })
    const run = await startRun(own.db, {
      workflow: storyWorkflow,
      workspaceId: 'ws_1',
      actor: systemActor('test', 'ws_1'),
      input: { labels: [] },
      subjectId: 'asset_1',
    })
    const key = { runId: run.id, attempt: 1 }
    await beginRun(own.db, key)
    await enterStage(own.db, key, { name: 'middle', label: 'In the middle', base: 20, share: 60 })

    const progress = createProgress({ db: own.db, log, key, stage: 'middle', stepId: 'a', points: 60 })
    for (let report = 1; report <= 1_000; report++) progress.report(report / 10)
    progress.report(5)
    progress.report(Number.NaN)
    await progress.finish()
    assert.ok(await until(() => heard.at(-1) === 80, 5_000), `heard ${heard.join(', ')}`)
    assert.ok(heard.length <= 4, `heard ${heard.join(', ')}`)
    assert.deepEqual(
      heard,
      [...heard].sort((a, b) => a - b),
    )
    forget()
  })

  test('a step outside every stage reports nothing and does not fail', async () => {
    const key = { runId: 'run_none', attempt: 1 }
    const progress = createProgress({ db: own.db, log, key, stage: null, stepId: 'a', points: 0 })
    progress.report(50)
    await progress.finish()
  })
})
