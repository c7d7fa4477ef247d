import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemActor } from '../../kernel/actor.ts'
import { actorCacheMs, createActorCache } from './actor-cache.ts'

describe('the memory of who sent a credential', () => {
  function counted() {
    let nowMs = 1_000
    let looks = 0
    const cache = createActorCache(() => new Date(nowMs))
    const look = (keepUntilMs?: number) => async () => {
      looks++
      return { actor: systemActor('test', 'ws_a'), ...(keepUntilMs === undefined ? {} : { keepUntilMs }) }
    }
    return { cache, look, looks: () => looks, advance: (ms: number) => void (nowMs += ms) }
  }

  test('asks once in a moment, and again after it', async () => {
    const { cache, look, looks, advance } = counted()
    for (let ask = 0; ask < 3; ask++) await cache.through('a', look(Infinity))
    assert.equal(looks(), 1)
    await cache.through('b', look(Infinity))
    assert.equal(looks(), 2)
    advance(actorCacheMs)
    await cache.through('a', look(Infinity))
    assert.equal(looks(), 3)
  })

  test('never outlives the credential, and keeps nothing that is for one request', async () => {
    const { cache, look, looks, advance } = counted()
    await cache.through('a', look(1_500))
    advance(500)
    await cache.through('a', look(1_500))
    await cache.through('c', look())
    await cache.through('c', look())
    assert.equal(looks(), 4)
  })

  test('what was read before a change is not remembered after it', async () => {
    const { cache, look, looks } = counted()
    await cache.through('a', async () => {
      const found = await look(Infinity)()
      cache.clear()
      return found
    })
    await cache.through('a', look(Infinity))
    assert.equal(looks(), 2)
    cache.clear()
    await cache.through('a', look(Infinity))
    assert.equal(looks(), 3)
  })

  test('a refusal is not remembered', async () => {
    const { cache, look, looks } = counted()
    await assert.rejects(cache.through('a', () => Promise.reject(new Error('refused'))))
    assert.equal(await cache.through('a', async () => undefined), undefined)
    await cache.through('a', look(Infinity))
    assert.equal(looks(), 1)
  })
})
