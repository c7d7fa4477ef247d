import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsText, plainText, tableText } from './layout.ts'

test('a table is as wide as it needs to be, with numbers standing right', () => {
  const rows = [
    { name: 'a', size: 5, note: null },
    { name: 'longer', size: 1234, note: 'x' },
  ]
  assert.equal(tableText(rows), ['name    size  note', 'a          5  –', 'longer  1234  x'].join('\n'))
  assert.equal(tableText([], ['name', 'size']), 'name  size')
})

test('fields stand under each other, without those that are not there', () => {
  assert.equal(fieldsText({ id: 'a', missing: undefined, longest: true }), 'id       a\nlongest  true')
})

test('any value can be laid out', () => {
  assert.equal(plainText('x'), 'x')
  assert.equal(plainText([1, 2]), '1\n2')
  assert.equal(plainText({ at: new Date(0), list: [1] }), 'at    1970-01-01T00:00:00.000Z\nlist  [1]')
})
