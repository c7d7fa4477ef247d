import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type FreshDb, freshDb, withDb } from '../db/test-db.ts'
import { silentLog } from '../log/log.ts'
import { type EventFeed, type HeardEvent, createEventFeed } from './event-feed.ts'
import { listEventsAfter } from './list-events.ts'
import { publishEvent } from './publish-event.ts'
import { publishTransient } from './publish-transient.ts'
import { events } from './schema.ts'

const event = (type: string, workspaceId = 'ws') => ({
  type,
  workspaceId,
  subjectId: 'asset_1',
  data: { n: 1 },
})

type Scene = { fresh: FreshDb; feed: EventFeed; heard: HeardEvent[]; types(): string[] }

async function withFeed(pollMs: number, work: (scene: Scene) => Promise<void>): Promise<void> {
  const fresh = await freshDb()
  const feed = createEventFeed({ url: fresh.url, db: fresh.db, log: silentLog(), pollMs })
  const heard: HeardEvent[] = []
  feed.subscribe('ws', (one) => heard.push(one))
  try {
    await feed.ready
    await work({ fresh, feed, heard, types: () => heard.map((one) => one.type) })
  } finally {
    await feed.close()
    await fresh.close()
  }
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > deadline) assert.fail(`waited 10 s for: ${what}`)
    await delay(5)
  }
}

describe('the event feed', () => {
  test('tells what is committed in its workspace, in order, and nothing that was undone', () =>
    withFeed(60_000, async ({ fresh, types }) => {
      await publishEvent(fresh.db, event('asset.created'))
      await publishEvent(fresh.db, event('other.workspace', 'ws2'))
      const undone = fresh.db.transaction(async (tx) => {
        await publishEvent(tx, event('never.happened'))
        throw new Error('undo')
      })
      await assert.rejects(undone)
      await publishEvent(fresh.db, event('clip.created'))
      await until(() => types().length >= 2, 'two events')
      assert.deepEqual(types(), ['asset.created', 'clip.created'])
    }))

  test('tells an event that got a lower number but was committed later', () =>
    withFeed(60_000, async ({ fresh, types }) => {
      const gate = Promise.withResolvers<void>()
      const started = Promise.withResolvers<void>()
      const slow = fresh.db.transaction(async (tx) => {
        await publishEvent(tx, event('slow.one'))
        started.resolve()
        await gate.promise
      })
      await started.promise
      await publishEvent(fresh.db, event('quick.one'))
      await until(() => types().includes('quick.one'), 'the quick event')
      gate.resolve()
      await slow
      await until(() => types().includes('slow.one'), 'the slow event')
      assert.deepEqual(types(), ['quick.one', 'slow.one'])
    }))

  test('connects again after its connection is cut and tells what happened meanwhile', () =>
    withFeed(60_000, async ({ fresh, types }) => {
      const { rowCount } = await fresh.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'creatorops events' and datname = current_database()`,
      )
      assert.equal(rowCount, 1)
      await publishEvent(fresh.db, event('asset.created'))
      await until(() => types().length > 0, 'the event after the cut')
      assert.deepEqual(types(), ['asset.created'])
    }))

  test('finds events by looking when no notification comes', () =>
    withFeed(30, async ({ fresh, types }) => {
      await fresh.db.insert(events).values(event('silent.one'))
      await until(() => types().length > 0, 'the silent event')
      assert.deepEqual(types(), ['silent.one'])
    }))

  test('passes on transient events without a row, and drops those too large for a notification', () =>
    withFeed(60_000, async ({ fresh, heard, types }) => {
      await publishTransient(fresh.db, { ...event('too.large'), data: { text: 'x'.repeat(9_000) } })
      await publishTransient(fresh.db, event('run.progressed'))
      await until(() => types().length > 0, 'the transient event')
      assert.deepEqual(types(), ['run.progressed'])
      assert.equal(heard[0]?.seq, undefined)
      assert.deepEqual(await listEventsAfter(fresh.db, 'ws', 0, 10), [])
    }))

  test('goes on when a hearer throws or a stranger notifies nonsense', () =>
    withFeed(60_000, async ({ fresh, feed, types }) => {
      feed.subscribe('ws', () => {
        throw new Error('a broken hearer')
      })
      await fresh.pool.query("select pg_notify('creatorops_events', 'no json')")
      await publishEvent(fresh.db, event('asset.created'))
      await publishEvent(fresh.db, event('asset.deleted'))
      await until(() => types().length >= 2, 'both events')
      assert.deepEqual(types(), ['asset.created', 'asset.deleted'])
    }))
})

test('the record of a workspace is read from a place on, oldest first', () =>
  withDb(async (db) => {
    for (const type of ['one', 'two', 'three']) await publishEvent(db, event(type))
    await publishEvent(db, event('foreign', 'ws2'))
    const [first] = await listEventsAfter(db, 'ws', 0, 1)
    const rest = await listEventsAfter(db, 'ws', first!.seq, 10)
    assert.deepEqual(
      rest.map((one) => one.type),
      ['two', 'three'],
    )
  }))
