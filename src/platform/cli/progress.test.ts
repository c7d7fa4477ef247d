import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { barProgress, chooseProgress, jsonProgress } from './progress.ts'

function terminal(columns = 80) {
  const written: string[] = []
  return { written, isTTY: true, columns, write: (text: string) => written.push(text) > 0 }
}

describe('progress as JSON lines', () => {
  test('never goes back, and says nothing twice', () => {
    const out = terminal()
    const progress = jsonProgress(out, 'Upload')
    for (const percent of [10.2, 10.7, 10.9, 5, 40, Number.NaN, 200]) progress.update(percent)
    progress.done()
    const percents = out.written.map((line) => (JSON.parse(line) as { percent: number }).percent)
    assert.deepEqual(percents, [10, 40, 100])
  })
})

describe('a bar', () => {
  test('redraws at most twelve times a second, and at once when there is news', () => {
    const out = terminal()
    let nowMs = 0
    const bar = barProgress(out, 'Cut', () => nowMs)
    bar.update(1)
    bar.update(2)
    assert.equal(out.written.length, 1)
    bar.update(3, 'clip 2')
    assert.equal(out.written.length, 2)
    nowMs = 100
    bar.update(4)
    assert.equal(out.written.length, 3)
  })

  test('fits the width of the terminal and ends its line when it is done', () => {
    const out = terminal(30)
    const bar = barProgress(out, 'A rather long label', () => 0)
    bar.update(50, 'with a rather long note')
    bar.done()
    for (const text of out.written) {
      // oxlint-disable-next-line no-control-regex -- the escape sequence that clears the line
      assert.ok(text.replace(/\r\u001B\[2K|\n/g, '').length < 30)
    }
    assert.ok(out.written.at(-1)?.endsWith('\n'))
  })
})

test('nothing is written where nobody watches', () => {
  const out = { ...terminal(), isTTY: false }
  const progress = chooseProgress(out, 'auto', 'x')
  progress.update(50)
  progress.done()
  assert.deepEqual(out.written, [])
})
