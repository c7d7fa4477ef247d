import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editDistance, nearestName, truncate } from './text.ts'

test('the distance of two texts counts inserted, deleted, replaced and swapped letters', () => {
  const pairs: Array<[string, string, number]> = [
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['kitten', 'sitting', 3],
    ['PROT', 'PORT', 1],
  ]
  for (const [a, b, distance] of pairs) {
    assert.equal(editDistance(a, b), distance)
    assert.equal(editDistance(b, a), distance)
  }
})

test('the nearest name is found, and none when nothing is near', () => {
  const known = ['CREATOROPS_PORT', 'CREATOROPS_HOST', 'CREATOROPS_HOME']
  assert.equal(nearestName('CREATOROPS_PROT', known), 'CREATOROPS_PORT')
  assert.equal(nearestName('creatorops_hom', known), 'CREATOROPS_HOME')
  assert.equal(nearestName('x', ['something', 'else']), undefined)
  assert.equal(nearestName('anything', []), undefined)
})

test('a text is cut to its length with an ellipsis', () => {
  assert.equal(truncate('short', 5), 'short')
  assert.equal(truncate('a longer text', 8), 'a longe…')
  assert.equal(truncate('a b c d', 4), 'a b…')
})
