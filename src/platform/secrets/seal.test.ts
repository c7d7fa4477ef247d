import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { seal, unseal } from './seal.ts'

describe('a sealed text', () => {
  test('opens with the same secret and context, whatever it is', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(unseal('s', 'row 1', seal('s', 'row 1', text)), text)
      }),
    ))

  test('opens with no other secret and for no other row', () => {
    const sealed = seal('secret', 'row 1', 'hidden')
    assert.equal(unseal('other', 'row 1', sealed), undefined)
    assert.equal(unseal('secret', 'row 2', sealed), undefined)
    assert.ok(!sealed.includes('hidden'))
    assert.notEqual(seal('secret', 'row 1', 'hidden'), sealed)
  })

  test('does not open once it was changed', () => {
    const sealed = seal('secret', 'row 1', 'hidden')
    const [version, nonce, tag, text] = sealed.split('.') as [string, string, string, string]
    const flip = (part: string) => (part[0] === 'A' ? 'B' : 'A') + part.slice(1)
    for (const broken of [
      '',
      'v1',
      'v1...',
      `v2.${nonce}.${tag}.${text}`,
      `${version}.${flip(nonce)}.${tag}.${text}`,
      `${version}.${nonce}.${flip(tag)}.${text}`,
      `${version}.${nonce}.${tag}.${flip(text)}`,
      `${version}.${nonce}.${tag.slice(0, 6)}.${text}`,
    ]) {
      assert.equal(unseal('secret', 'row 1', broken), undefined, broken)
    }
  })
})
