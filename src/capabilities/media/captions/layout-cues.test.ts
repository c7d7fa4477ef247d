import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Cue, readWords, type Word, wordsToReview } from './caption.ts'
import { layoutCues } from './layout-cues.ts'
import { broadcastRules } from './layout-rules.ts'

/** Words spoken one after the other at this many characters a second; `|` is a pause of a second and a half. */
function spoken(text: string, charsPerS = 14): Word[] {
  let at = 0
  return text.split(' ').flatMap((word) => {
    if (word === '|') {
      at += 1500
      return []
    }
    const startMs = at
    at += Math.round(((word.length + 1) * 1000) / charsPerS)
    return [{ text: word, startMs, endMs: at, confidence: 1 }]
  })
}

const texts = (cues: readonly Cue[]) => cues.map(({ text }) => text)
const segmenter = new Intl.Segmenter('en')
const chars = (text: string) => [...segmenter.segment(text)].length

/** The rules, checked without the code that keeps them. */
function brokenRules({ cues, tooFast }: ReturnType<typeof layoutCues>): string[] {
  return cues.flatMap((cue, index) => {
    const lines = cue.text.split('\n')
    const seconds = (cue.endMs - cue.startMs) / 1000
    const isExcused = tooFast.includes(index)
    return [
      lines.length <= 2 ? '' : `${index} has ${lines.length} lines`,
      lines.every((line) => chars(line) <= 42) ? '' : `${index} has a long line`,
      seconds > 0 && seconds <= 7 ? '' : `${index} lasts ${seconds} s`,
      seconds >= 0.8 || isExcused ? '' : `${index} lasts only ${seconds} s`,
      chars(lines.join(' ')) / seconds <= 20 || isExcused ? '' : `${index} is too fast`,
      index === 0 || cue.startMs >= cues[index - 1]!.endMs ? '' : `${index} overlaps`,
    ].filter(Boolean)
  })
}

describe('words become captions', () => {
  test('that end where sentences and phrases end', () => {
    const { cues, tooFast } = layoutCues(
      spoken(
        'Bees dance to tell the others where the flowers are. The angle of the dance, measured against gravity, is the direction, and its length is the distance. | Nobody believed it at first.',
      ),
    )
    assert.deepEqual(texts(cues), [
      'Bees dance to tell the others\nwhere the flowers are.',
      'The angle of the dance,\nmeasured against gravity,',
      'is the direction,\nand its length is the distance.',
      'Nobody believed it at first.',
    ])
    assert.deepEqual(tooFast, [])
  })

  test('within all the rules, every word once, for any speech', () => {
    const word = fc.record({
      text: fc.oneof(
        fc.stringMatching(/^[a-z]{1,12}[.,]?$/),
        fc.constantFrom('👩‍👩‍👧‍👦', 'é́́', 'مرحبا', 'עולם,', '数', '字。', 'ภาษา', 'a'.repeat(100), '.', '-->'),
      ),
      length: fc.integer({ min: 0, max: 1200 }),
      gap: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: -200, max: 3000 })),
    })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 80 }), (list) => {
        let at = 0
        const words = list.map(({ text, length, gap }): Word => {
          const startMs = Math.max(0, at + gap)
          at = Math.max(startMs, startMs + length)
          return { text, startMs, endMs: at, confidence: 1 }
        })
        words.sort((a, b) => a.startMs - b.startMs)
        const layout = layoutCues(words)
        assert.deepEqual(brokenRules(layout), [])
        let heardUntilMs = 0
        layout.cues.forEach((cue, index) => {
          // A caption waits for words before it that are still heard; those of the very same moment make way for
          // each other by a millisecond each.
          const { startMs } = cue.words![0]!
          const lateMs = cue.startMs - startMs
          const mayBeLateMs = Math.max(0, heardUntilMs - startMs) + index
          assert.ok(lateMs >= 0 && lateMs <= mayBeLateMs, `caption ${index} is ${lateMs} ms late`)
          for (const { endMs } of cue.words!) heardUntilMs = Math.max(heardUntilMs, endMs)
        })
        const bare = (text: string) => text.replace(/\s/g, '')
        assert.equal(bare(texts(layout.cues).join('')), bare(words.map(({ text }) => text).join('')))
      }),
      { numRuns: 400 },
    )
  })

  test('that ordinary speech leaves time to read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,10}[.,]?$/), { minLength: 3, maxLength: 200 }),
        fc.integer({ min: 8, max: 18 }),
        (list, pace) => {
          const { tooFast, cues } = layoutCues(spoken(list.join(' '), pace))
          // The last caption has all the time there is, and no other may need more than the speech gives.
          assert.deepEqual(tooFast, [], texts(cues).join('\n\n'))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('and say which ones the speech leaves no time for', () => {
    const { cues, tooFast } = layoutCues(spoken('this is a sports commentator '.repeat(10).trim(), 40))
    assert.ok(tooFast.length > 0 && tooFast.length <= cues.length)
  })

  test('stay one word when a word is spoken for longer than a caption may last', () => {
    const { cues } = layoutCues([{ text: 'Gooooal!', startMs: 1000, endMs: 20_000, confidence: 1 }])
    assert.deepEqual(
      cues.map(({ startMs, endMs }) => [startMs, endMs]),
      [[1000, 8000]],
    )
  })

  test('count characters as readers do, and put no space into scripts that have none', () => {
    const families = layoutCues(
      Array.from({ length: 20 }, (_, index) => ({
        text: '👩‍👩‍👧‍👦',
        startMs: index * 300,
        endMs: index * 300 + 300,
        confidence: 1,
      })),
    )
    // 20 of them with spaces are 39 characters, though 219 code points.
    assert.equal(families.cues[0]!.text.split('\n').length, 1)
    const chinese = layoutCues(
      ['蜜蜂', '跳舞', '。'].map((text, index) => ({
        text,
        startMs: index * 400,
        endMs: index * 400 + 400,
        confidence: 1,
      })),
    )
    assert.deepEqual(texts(chinese.cues), ['蜜蜂跳舞。'])
    const arabic = layoutCues(spoken('مرحبا بالعالم ، كيف حالك ؟', 8))
    assert.deepEqual(texts(arabic.cues), ['مرحبا بالعالم، كيف حالك؟'])
  })

  test('by the tens of thousands in little time', () => {
    const startedAt = performance.now()
    const { cues } = layoutCues(spoken('A sentence of seven words, spoken calmly. '.repeat(25_000).trim()))
    assert.ok(cues.length > 10_000)
    assert.ok(performance.now() - startedAt < 15_000, `${performance.now() - startedAt} ms`)
    assert.deepEqual(brokenRules({ cues, tooFast: [] }).slice(0, 3), [])
  })

  test('with other rules for upright video', () => {
    const { cues } = layoutCues(spoken('one two three four five six seven eight nine ten'), {
      ...broadcastRules,
      maxLineChars: 18,
      maxLines: 1,
    })
    for (const { text } of cues) assert.match(text, /^.{1,18}$/)
  })
})

describe('words', () => {
  const word = { text: 'bees', startMs: 0, endMs: 500, confidence: 0.9 }

  test('under the threshold are named for review', () => {
    const unsure = { ...word, startMs: 500, endMs: 900, confidence: 0.4 }
    assert.deepEqual(wordsToReview([word, unsure]), [unsure])
    assert.deepEqual(wordsToReview([word, unsure], 0.95), [word, unsure])
  })

  test('come as a list or inside a transcript; those without text say nothing', () => {
    assert.deepEqual(
      readWords([
        { ...word, text: ' bees\n' },
        { ...word, text: '  ' },
      ]),
      [word],
    )
    assert.deepEqual(readWords({ words: [word], engine: 'x' }), [word])
  })

  for (const [what, value, message] of [
    ['are negative', [{ ...word, startMs: -1 }], /word 1 \(startMs\)/],
    ['have no time', [word, { ...word, endMs: null }], /word 2 \(endMs\)/],
    ['have no confidence', [{ text: 'a', startMs: 0, endMs: 1 }], /confidence/],
    ['are surer than sure', [{ ...word, confidence: 90 }], /confidence/],
    ['are reversed', [{ ...word, startMs: 600 }], /ends before it starts/],
    ['go back in time', [{ ...word, startMs: 300 }, word], /Word 2 \("bees"/],
    ['are not words', 'bees', /cannot be used/],
  ] as Array<[string, unknown, RegExp]>) {
    test(`are refused when they ${what}`, () => {
      assert.throws(() => readWords(value), { code: 'captions.badWords', message })
    })
  }
})
