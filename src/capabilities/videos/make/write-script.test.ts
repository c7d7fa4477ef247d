import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Voice } from '../../../providers/speech/index.ts'
import { checkStoryboard } from '../storyboard/check-storyboard.ts'
import { exampleScripts } from './examples.ts'
import { planStoryboard } from './plan-storyboard.ts'
import { readTextFile } from './read-text-file.ts'
import { beatsFromText, plain, visualOf } from './read-own-script.ts'
import { writeScript } from './write-script.ts'

const voice = { pace: { wordsPerMinute: 180, charactersPerSecond: 15, isMeasured: true } } as Voice

describe('a script without a model', () => {
  test('a topic nobody wrote about becomes questions, and says so', () => {
    const script = writeScript({ topic: 'Why do cats purr?', voice })
    assert.equal(script.origin, 'outline')
    assert.match(script.note, /states no facts/)
    assert.match(script.beats[0]!.say, /Why do cats purr\?/)
  })

  test('every example and the outline make a storyboard in every format', () => {
    const scripts = [
      ...exampleScripts.map(({ script }) => script),
      writeScript({ topic: 'Steam engines', voice }),
    ]
    for (const script of scripts) {
      for (const format of ['16:9', '9:16', '1:1'] as const) {
        const storyboard = planStoryboard({ script, format, theme: 'paper', language: 'en' })
        assert.deepEqual(checkStoryboard(storyboard), storyboard)
      }
    }
  })

  test('it is cut to the length, and keeps its first and last beat', () => {
    const long = writeScript({ topic: 'How do bees decide?', voice })
    const short = writeScript({ topic: 'How do bees decide?', voice, durationMs: 20_000 })
    assert.ok(short.beats.length < long.beats.length)
    const ends = (beats: typeof long.beats) => [beats[0]!.say, beats.at(-1)!.say]
    assert.deepEqual(ends(short.beats), ends(long.beats))
    assert.ok(
      short.beats.every(({ pauseMs }) => pauseMs! >= 350),
      'time that is left becomes pauses',
    )
    assert.match(
      writeScript({ topic: 'How do bees decide?', voice, durationMs: 600_000 }).note,
      /shorter than asked for/,
    )
  })

  for (const topic of ['', '  ', 'ab', 'x'.repeat(301), '\u0000\u0001']) {
    test(`the topic ${JSON.stringify(topic.slice(0, 8))} of ${topic.length} characters is refused`, () => {
      assert.throws(() => writeScript({ topic, voice }), { code: 'videos.badTopic' })
    })
  }

  test('a hundred thousand words and no words are refused', () => {
    assert.throws(() => writeScript({ ownText: 'word '.repeat(100_000), voice }), {
      code: 'videos.badScript',
    })
    assert.throws(() => writeScript({ ownText: '<b> </b> — !', voice }), { code: 'videos.badScript' })
  })
})

describe('a script from a file', () => {
  for (const [what, bytes] of [
    ['a PDF', Buffer.from('%PDF-1.7 words')],
    ['bytes that are no text', Buffer.from([1, 0, 2])],
    ['two megabytes and one byte', Buffer.alloc(2_000_001, 'a')],
  ] as const) {
    test(`${what} is refused`, async () => {
      const dir = await mkdtemp(join(tmpdir(), 'script-'))
      try {
        await writeFile(join(dir, 'script.txt'), bytes)
        await assert.rejects(readTextFile(join(dir, 'script.txt')), { code: 'videos.badScript' })
      } finally {
        await rm(dir, { recursive: true })
      }
    })
  }
})

describe("a script of the user's own", () => {
  test('every word is spoken, in order, and nothing else', () => {
    const text =
      'Bees dance. They dance for a site.\n\nTwenty scouts meet. That is a quorum, and the swarm leaves.'
    const said = beatsFromText(text)
      .beats.map(({ say }) => say)
      .join(' ')
    assert.equal(said, text.replace(/\s+/g, ' '))
  })

  test('markup goes and its words stay', () => {
    assert.equal(
      plain('# Title\n**Bold** <script>evil()</script><i>words</i> [link](http://x)')
        .replace(/\s+/g, ' ')
        .trim(),
      'Title Bold words link',
    )
  })

  test('a figure is counted up, a quotation quoted, a list listed', () => {
    assert.equal(
      visualOf({ say: 'Exports grew by 42% last year.', sentences: ['Exports grew by 42% last year.'] }).kind,
      'number',
    )
    assert.equal(visualOf({ say: 'She said “nobody knows what comes next”.', sentences: [] }).kind, 'quote')
    const [, list] = beatsFromText(
      'A first sentence stands here.\n\nYou need:\n- flour\n- water\n- salt\n\nThat is all.',
    ).beats
    assert.deepEqual(list!.show, { kind: 'bullets', title: 'You need', items: ['Flour', 'Water', 'Salt'] })
  })
})
