import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseList } from './read-stitch-list.ts'

test('a list to stitch takes times as numbers and as text', () => {
  assert.deepEqual(parseList('[{"source":"a.mp4","from":1.5,"to":"00:00:03"}]'), [
    { source: 'a.mp4', from: '1.5', to: '00:00:03' },
  ])
})

test('a bad list is refused, with the row that is wrong', () => {
  for (const [text, message] of [
    ['', /JSON/],
    ['{}', /array/],
    ['[]', />=1|at least|small/],
    ['[{"source":"a.mp4","from":1,"to":2},{"source":"a.mp4","from":-1,"to":2}]', /Row 2, "from"/],
    ['[{"source":"a.mp4","from":1,"to":2,"fade":3}]', /Row 1: .*fade/],
    ['[{"from":1,"to":2}]', /Row 1, "source"/],
  ] as const) {
    assert.throws(() => parseList(text), { code: 'clips.badList', message }, text)
  }
})
