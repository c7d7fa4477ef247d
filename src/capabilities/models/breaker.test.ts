import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { afterCall, type Breaker, closedBreaker, tryPass } from './breaker.ts'

describe('a breaker', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21) + seconds * 1000)
  const fail = (breaker: Breaker, seconds: number) => afterCall(breaker, { isGood: false, at: at(seconds) })

  test('opens after five failures in a row, rests, lets one through, and closes after two good ones', () => {
    let breaker = closedBreaker
    for (let count = 0; count < 4; count++) breaker = fail(breaker, count)
    assert.equal(afterCall(breaker, { isGood: true, at: at(4) }).inARow, 0)
    breaker = fail(breaker, 4)
    assert.deepEqual([breaker.state, breaker.probeAt], ['open', at(34)])
    assert.equal(tryPass(breaker, at(33)).passes, false)
    const probe = tryPass(breaker, at(34))
    assert.deepEqual([probe.passes, probe.next.state], [true, 'halfOpen'])
    assert.equal(tryPass(probe.next, at(35)).passes, false)
    breaker = afterCall(probe.next, { isGood: true, at: at(36) })
    assert.equal(breaker.state, 'halfOpen')
    breaker = afterCall(tryPass(breaker, at(37)).next, { isGood: true, at: at(38) })
    assert.equal(breaker.state, 'closed')
  })

  test('rests twice as long each time a probe fails, ten minutes at most', () => {
    let breaker: Breaker = { ...closedBreaker, inARow: 4 }
    const rests: number[] = []
    for (let time = 0; rests.length < 7;) {
      breaker = fail(breaker, time)
      rests.push(breaker.probeAt!.getTime() / 1000 - at(time).getTime() / 1000)
      time += rests.at(-1)!
      breaker = tryPass(breaker, at(time)).next
    }
    assert.deepEqual(rests, [30, 60, 120, 240, 480, 600, 600])
  })
})
