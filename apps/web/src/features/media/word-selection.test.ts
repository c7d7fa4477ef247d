import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { boundsOf, paragraphsOf, stepSelection, wordAt } from './word-selection.ts'

const word = (text: string, startMs: number, endMs = startMs + 300) => ({ text, startMs, endMs })

describe('words that are chosen', () => {
  test('move with the arrows and grow with Shift, within the text', () => {
    const first = stepSelection(undefined, 1, 3, false)
    assert.deepEqual(first, { anchor: 0, focus: 0 })
    const grown = stepSelection(stepSelection(first, 1, 3, true), 1, 3, true)
    assert.deepEqual(boundsOf(grown), { from: 0, to: 2 })
    assert.deepEqual(stepSelection(grown, 1, 3, false), { anchor: 2, focus: 2 })
    assert.deepEqual(boundsOf(stepSelection({ anchor: 1, focus: 0 }, -1, 3, true)), { from: 0, to: 1 })
  })
})

describe('paragraphs', () => {
  test('begin after a pause, and hold every word once', () => {
    const words = [word('One', 0), word('two.', 400), word('Three', 2_000), word('four', 2_400)]
    assert.deepEqual(paragraphsOf(words), [
      { from: 0, to: 2 },
      { from: 2, to: 4 },
    ])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 200 }), (gaps) => {
        let at = 0
        const spoken = gaps.map((gap) => word(gap % 7 === 0 ? 'end.' : 'w', (at += gap + 300)))
        const covered = paragraphsOf(spoken).flatMap(({ from, to }) => spoken.slice(from, to))
        assert.deepEqual(covered, spoken)
      }),
    )
  })
})

test('the word that is heard is the last one that has begun', () => {
  const words = [word('One', 100), word('two', 500)]
  assert.deepEqual(
    [0, 100, 450, 500, 9_000].map((timeMs) => wordAt(words, timeMs)),
    [-1, 0, 0, 1, 1],
  )
})
