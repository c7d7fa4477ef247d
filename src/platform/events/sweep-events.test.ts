import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'drizzle-orm'
import { withDb } from '../db/test-db.ts'
import { events } from './schema.ts'
import { eventsKeptDays, sweepEvents } from './sweep-events.ts'

test('old events are forgotten once they have been handed out, and no others', () =>
  withDb(async (db) => {
    const add = (type: string, days: number, isTaken: boolean) =>
      db.insert(events).values({
        type,
        workspaceId: 'ws',
        subjectId: 's',
        data: {},
        isTaken,
        at: sql`now() - make_interval(days => ${days})` as unknown as Date,
      })
    await add('old', eventsKeptDays + 1, true)
    await add('waits', eventsKeptDays + 1, false)
    await add('recent', eventsKeptDays - 1, true)
    await sweepEvents(db)
    const left = await db.select({ type: events.type }).from(events).orderBy(events.seq)
    assert.deepEqual(
      left.map(({ type }) => type),
      ['waits', 'recent'],
    )
  }))
