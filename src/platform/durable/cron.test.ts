import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { nextCronTime } from './cron.ts'

const next = (cron: string, zone: string, after: string) =>
  nextCronTime(cron, zone, new Date(after))?.toISOString()

describe('nextCronTime', () => {
  test('reads the expression in the wall time of the zone', () => {
    assert.equal(next('0 9 * * *', 'Europe/Berlin', '2026-01-10T00:00:00Z'), '2026-01-10T08:00:00.000Z')
    assert.equal(next('0 9 * * *', 'Europe/Berlin', '2026-07-10T00:00:00Z'), '2026-07-10T07:00:00.000Z')
  })

  test('keeps the wall time over the change to summer time', () => {
    assert.equal(next('30 8 * * *', 'America/New_York', '2026-03-07T20:00:00Z'), '2026-03-08T12:30:00.000Z')
  })

  test('a wall time that summer time skips fires once, on the same day', () => {
    const skipped = next('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z')!
    assert.equal(skipped.slice(0, 10), '2026-03-29')
    assert.equal(next('30 2 * * *', 'Europe/Berlin', skipped), '2026-03-30T00:30:00.000Z')
  })

  test('a wall time that comes twice fires once', () => {
    const first = next('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z')!
    assert.equal(first.slice(0, 10), '2026-10-25')
    assert.equal(next('30 2 * * *', 'Europe/Berlin', first), '2026-10-26T01:30:00.000Z')
  })

  test('an expression that never comes true has no next time', () => {
    assert.equal(next('0 0 30 2 *', 'UTC', '2026-01-01T00:00:00Z'), undefined)
  })

  for (const [cron, zone] of [
    ['every day', 'UTC'],
    ['* * * * * *', 'UTC'],
    ['61 * * * *', 'UTC'],
    ['0 9 * * *', 'Mars/Olympus'],
  ] as const) {
    test(`refuses "${cron}" in "${zone}"`, () => {
      assert.throws(() => next(cron, zone, '2026-01-01T00:00:00Z'), { code: 'durable.badSchedule' })
    })
  }
})
