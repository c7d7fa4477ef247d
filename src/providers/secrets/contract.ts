import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SecretStore } from './port.ts'

/** What every store of secrets must do. `make` gives one that is empty below the prefix `contract/`. */
export function secretsContract(vendor: string, make: () => Promise<SecretStore> | SecretStore): void {
  describe(`secrets in ${vendor}`, () => {
    test('come back as they were, whatever is in them', async () => {
      const store = await make()
      for (const value of ['plain', 'ünïcödé 🔑 "quotes" \\ \n second line', 'x'.repeat(60_000)]) {
        const { versionId } = await store.put('contract/one', value)
        assert.deepEqual(await store.get('contract/one'), { value, versionId })
      }
    })

    test('that were never set are undefined, also as previous', async () => {
      const store = await make()
      assert.equal(await store.get('contract/never'), undefined)
      await store.put('contract/once', 'a')
      assert.equal(await store.get('contract/once', 'previous'), undefined)
    })

    test('keep the value before the current one', async () => {
      const store = await make()
      for (const value of ['first', 'second', 'third']) await store.put('contract/rotated', value)
      assert.equal((await store.get('contract/rotated'))?.value, 'third')
      assert.equal((await store.get('contract/rotated', 'previous'))?.value, 'second')
    })

    test('are listed by prefix and name, without their values', async () => {
      const store = await make()
      for (const name of ['contract/list/b', 'contract/list/a', 'contract/list_c'])
        await store.put(name, 'hidden')
      const listed = await store.list('contract/list/')
      assert.deepEqual(
        listed.map(({ name }) => name),
        ['contract/list/a', 'contract/list/b'],
      )
      assert.ok(listed.every(({ versionId, createdAt }) => versionId !== '' && createdAt instanceof Date))
      assert.doesNotMatch(JSON.stringify(listed), /hidden/)
    })

    test('are gone when they were deleted, and can be set again', async () => {
      const store = await make()
      await store.put('contract/gone', 'a')
      assert.equal(await store.delete('contract/gone'), true)
      assert.equal(await store.get('contract/gone'), undefined)
      assert.equal(await store.delete('contract/never-was'), false)
      await store.put('contract/gone', 'b')
      assert.equal((await store.get('contract/gone'))?.value, 'b')
    })

    test('set by two at once end as one of the two, and the other is the previous one', async () => {
      const store = await make()
      await Promise.all([store.put('contract/race', 'left'), store.put('contract/race', 'right')])
      const both = [await store.get('contract/race'), await store.get('contract/race', 'previous')]
      assert.deepEqual(both.map((one) => one?.value).sort(), ['left', 'right'])
    })
  })
}
