import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRateLimiter } from './rate-limit.ts'

describe('the rate limit when the clock is moved', () => {
  test('set back by hours, it begins a new window instead of refusing until the old time comes again', () => {
    const clock = { nowMs: 10_000_000 }
    const limit = createRateLimiter({ perMinute: 2, nowMs: () => clock.nowMs })
    limit('a')
    limit('a')
    assert.equal(limit('a').isAllowed, false)
    clock.nowMs -= 3 * 3_600_000
    const decision = limit('a')
    assert.equal(decision.isAllowed, true)
    assert.ok(decision.resetS <= 60)
  })

  test('set forward, it begins a new window too', () => {
    const clock = { nowMs: 10_000_000 }
    const limit = createRateLimiter({ perMinute: 1, nowMs: () => clock.nowMs })
    limit('a')
    assert.equal(limit('a').isAllowed, false)
    clock.nowMs += 3_600_000
    assert.equal(limit('a').isAllowed, true)
  })
})
