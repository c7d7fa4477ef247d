import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { phrasesOf } from './captions.ts'
import { cuesFor } from './cues.ts'
import { layFormula, parseFormula } from './formula.ts'
import { layersOf } from './kinds/flow.ts'
import { areasOf } from './kit.ts'
import { piecesOf, runsRightToLeft } from './text.ts'

function spoken(text: string, stepMs = 300) {
  return text
    .split(' ')
    .map((word, index) => ({ text: word, startMs: index * stepMs, endMs: index * stepMs + stepMs - 40 }))
}

describe('captions', () => {
  test('a long sentence is cut into even parts, with no last word alone', () => {
    const parts = phrasesOf(spoken('How do ten thousand bees decide with nobody in charge?'), 26, 5).map(
      (phrase) => phrase.words.map(({ text }) => text).join(' '),
    )
    assert.equal(parts.join(' '), 'How do ten thousand bees decide with nobody in charge?')
    for (const part of parts) assert.ok(part.length <= 26 && part.split(' ').length >= 2, part)
  })

  test('every word is shown once, in order, and never before it is said', () => {
    const word = fc.stringMatching(/^[a-z]{1,14}[.,]?$/)
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 60 }),
        fc.integer({ min: 8, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (texts, characters, most) => {
          const words = texts.map((text, index) => ({ text, startMs: index * 250, endMs: index * 250 + 200 }))
          const phrases = phrasesOf(words, characters, most)
          assert.deepEqual(
            phrases.flatMap((phrase) => phrase.words),
            words,
          )
          for (const [index, phrase] of phrases.entries()) {
            assert.equal(phrase.startMs, phrase.words[0]!.startMs)
            assert.ok(phrase.words.length <= most)
            assert.ok(phrase.endMs <= (phrases[index + 1]?.startMs ?? Number.POSITIVE_INFINITY))
          }
        },
      ),
    )
  })

  test('they stay clear of what platforms lay over a tall video', () => {
    const { captions, content } = areasOf(1080, 1920)
    assert.ok(captions.y + captions.height <= 1920 * 0.8, 'the lowest fifth belongs to the platform')
    assert.ok(content.y + content.height <= captions.y)
  })
})

describe('things of a scene come when they are spoken of', () => {
  test('an item appears with its first own word', () => {
    const words = spoken('First the room then the small door and at last dry walls')
    const cues = cuesFor(['Enough room', 'A small door', 'Dry walls'], { words, durationMs: 4_000 })
    assert.deepEqual(
      cues.map((cue) => Math.round(cue)),
      [2 * 300 - 120, 5 * 300 - 120, 10 * 300 - 120],
    )
  })

  test('cues are in order and within the scene, whatever is said', () => {
    fc.assert(
      fc.property(
        fc.array(fc.lorem({ maxCount: 4 }), { minLength: 1, maxLength: 8 }),
        fc.lorem({ maxCount: 20 }),
        fc.integer({ min: 500, max: 30_000 }),
        (items, text, durationMs) => {
          const cues = cuesFor(items, { words: spoken(text), durationMs })
          assert.equal(cues.length, items.length)
          cues.forEach((cue, index) => assert.ok(cue >= (cues[index - 1] ?? 0) && cue <= durationMs))
        },
      ),
    )
  })
})

describe('text', () => {
  test('stars mark what is strong and are not shown', () => {
    const pieces = piecesOf('How do bees *decide*? Now')
    assert.deepEqual(
      pieces.map(({ text }) => text),
      ['How', 'do', 'bees', 'decide', '?', 'Now'],
    )
    assert.deepEqual(
      pieces.map(({ isStrong }) => isStrong),
      [false, false, false, true, false, false],
    )
    assert.deepEqual(pieces.map(({ hasSpace }) => hasSpace).slice(0, 5), [true, true, true, false, true])
  })

  test('Chinese breaks between words, and keeps its punctuation', () => {
    const pieces = piecesOf('蜜蜂如何做决定？')
    assert.ok(pieces.length > 2)
    assert.ok(pieces.at(-1)!.text.endsWith('？') && pieces.at(-1)!.text.length > 1)
  })

  test('Arabic and Hebrew run from right to left, digits do not', () => {
    assert.equal(runsRightToLeft('2026 مرحبا'), true)
    assert.equal(runsRightToLeft('שלום'), true)
    assert.equal(runsRightToLeft('2026 hello مرحبا'), false)
  })
})

describe('diagrams and formulas', () => {
  test('a node stands in the row after the last that leads to it', () => {
    const nodes = ['a', 'b', 'c'].map((id) => ({ id, text: id }))
    const layers = layersOf(nodes, [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'a', to: 'c' },
    ])
    assert.deepEqual(
      [...layers!],
      [
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ],
    )
  })

  test('a fraction stands over its line, and a power over its base', () => {
    const box = layFormula(parseFormula('\\frac{a}{b} x^2'), 100, () => 0.5)
    const line = box.marks.find(({ kind }) => kind === 'line')!
    const [a, b, x, two] = box.marks.filter((mark) => mark.kind === 'glyph')
    assert.ok(a!.y < line.y && b!.y > line.y)
    assert.ok(two!.y < x!.y && two!.size < x!.size)
  })
})
