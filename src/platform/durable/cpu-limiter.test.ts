import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { createCpuLimiter } from './cpu-limiter.ts'

/** Work that is finished by hand, so that the order can be seen. */
function work() {
  const order: string[] = []
  const ends: (() => void)[] = []
  const start = (name: string) => async () => {
    order.push(name)
    await new Promise<void>((resolve) => ends.push(resolve))
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const endOne = async () => {
    await settle()
    ends.shift()!()
    await settle()
  }
  return { order, start, endOne, settle }
}

describe('createCpuLimiter', () => {
  const { signal } = new AbortController()

  test('never runs more than there are slots', async () => {
    const limiter = createCpuLimiter(2)
    const { order, start, endOne, settle } = work()
    const all = ['a', 'b', 'c'].map((name) => limiter.run({ key: name, signal }, start(name)))
    await settle()
    assert.deepEqual(order, ['a', 'b'])
    assert.deepEqual([limiter.running, limiter.waiting], [2, 1])
    await endOne()
    assert.deepEqual(order, ['a', 'b', 'c'])
    await endOne()
    await endOne()
    await Promise.all(all)
    assert.equal(limiter.running, 0)
  })

  test('a run that holds slots lets one that holds none go first', async () => {
    const limiter = createCpuLimiter(2)
    const { order, start, endOne } = work()
    const first = ['a1', 'a2', 'a3', 'a4'].map((name) => limiter.run({ key: 'a', signal }, start(name)))
    const second = limiter.run({ key: 'b', signal }, start('b1'))
    await endOne()
    assert.deepEqual(order, ['a1', 'a2', 'b1'])
    for (const _ of [1, 2, 3, 4]) await endOne()
    await Promise.all([...first, second])
  })

  test('a higher priority goes before who came first', async () => {
    const limiter = createCpuLimiter(1)
    const { order, start, endOne } = work()
    const all = [
      limiter.run({ key: 'a', signal }, start('a')),
      limiter.run({ key: 'b', signal }, start('b')),
      limiter.run({ key: 'c', priority: 5, signal }, start('c')),
    ]
    await endOne()
    assert.deepEqual(order, ['a', 'c'])
    await endOne()
    await endOne()
    await Promise.all(all)
  })

  test('who is cancelled while waiting leaves the queue', async () => {
    const limiter = createCpuLimiter(1)
    const { order, start, endOne } = work()
    const cancel = new AbortController()
    const first = limiter.run({ key: 'a', signal }, start('a'))
    const waiting = limiter.run({ key: 'b', signal: cancel.signal }, start('b'))
    cancel.abort(new Error('cancelled'))
    await assert.rejects(waiting, { message: 'cancelled' })
    await endOne()
    await first
    assert.deepEqual(order, ['a'])
    assert.equal(limiter.waiting, 0)
  })

  test('a failure gives its slot back', async () => {
    const limiter = createCpuLimiter(1)
    await assert.rejects(limiter.run({ key: 'a', signal }, () => Promise.reject(new Error('broken'))))
    assert.equal(await limiter.run({ key: 'a', signal }, () => Promise.resolve(7)), 7)
  })
})
