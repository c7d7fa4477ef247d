import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../kernel/ids.ts'
import { withDb } from '../db/test-db.ts'
import { countRuns } from './count-runs.ts'
import type { RunState } from './run.ts'
import { runs } from './schema.ts'

test('runs that are not settled are counted by state, with zero for none', () =>
  withDb(async (db) => {
    assert.deepEqual(await countRuns(db), { queued: 0, running: 0 })
    const row = (state: RunState, settledAt: Date | null = null) => ({
      id: newId('run'),
      workspaceId: 'ws_1',
      workflow: 'w',
      title: 't',
      subjectId: 's',
      requestedBy: 'person_1',
      state,
      input: {},
      settledAt,
    })
    await db.insert(runs).values([row('queued'), row('queued'), row('failed'), row('succeeded', new Date())])
    assert.deepEqual(await countRuns(db), { queued: 2, running: 0, failed: 1 })
  }))
