import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
// @ts-expect-error -- the package ships no types
import webvtt from 'webvtt-parser'
import entities from 'webvtt-parser/html-entities.json' with { type: 'json' }
import type { Cue } from './caption.ts'
import { parseSrt, parseVtt } from './parse-captions.ts'
import { writeAss, writeSrt, writeVtt } from './write-captions.ts'

const cues: Cue[] = [
  { startMs: 0, endMs: 1500, text: 'Bees <dance> & sing\nin {pairs} \\N here' },
  { startMs: 1500, endMs: 3_723_045, text: 'left --> right' },
  { startMs: 3_723_045, endMs: 3_724_000, text: 'مرحبا بالعالم 👩‍👩‍👧‍👦' },
]

type VttCue = { startTime: number; endTime: number; tree: { children: unknown[] } }

/** What the W3C's own parser sees. */
function seenInVtt(text: string): { cues: Cue[]; errors: unknown[] } {
  const seen = new webvtt.WebVTTParser(entities).parse(text, 'subtitles') as {
    cues: VttCue[]
    errors: unknown[]
  }
  const textOf = (node: { value?: string; children?: unknown[] }): string =>
    node.value ?? (node.children ?? []).map((child) => textOf(child as { value?: string })).join('')
  return {
    errors: seen.errors,
    cues: seen.cues.map((cue) => ({
      startMs: Math.round(cue.startTime * 1000),
      endMs: Math.round(cue.endTime * 1000),
      text: textOf(cue.tree),
    })),
  }
}

describe('captions in a file', () => {
  test('are written as SubRip to the letter', () => {
    assert.equal(
      writeSrt(cues),
      `1
00:00:00,000 --> 00:00:01,500
Bees <dance> & sing
in {pairs} \\N here

2
00:00:01,500 --> 01:02:03,045
left → right

3
01:02:03,045 --> 01:02:04,000
مرحبا بالعالم 👩‍👩‍👧‍👦
`,
    )
  })

  test('are written as WebVTT to the letter', () => {
    assert.equal(
      writeVtt(cues.slice(0, 2)),
      `WEBVTT

00:00:00.000 --> 00:00:01.500
Bees &lt;dance&gt; &amp; sing
in {pairs} \\N here

00:00:01.500 --> 01:02:03.045
left --&gt; right
`,
    )
  })

  test('are written as ASS with escaped braces and backslashes', () => {
    const lines = writeAss(cues, { width: 1080, height: 1920, font: 'Inter' }).split('\n')
    assert.ok(lines.includes('PlayResX: 1080'))
    assert.ok(lines.some((line) => line.startsWith('Style: Default,Inter,54,&H00FFFFFF,')))
    assert.deepEqual(lines.slice(-4, -1), [
      'Dialogue: 0,0:00:00.00,0:00:01.50,Default,,0,0,0,,Bees <dance> & sing\\Nin \\{pairs\\} \\\u2060N here',
      'Dialogue: 0,0:00:01.50,1:02:03.05,Default,,0,0,0,,left --> right',
      'Dialogue: 0,1:02:03.05,1:02:04.00,Default,,0,0,0,,مرحبا بالعالم 👩‍👩‍👧‍👦',
    ])
  })

  const arbitraryCues = fc
    .array(
      fc.tuple(
        fc.integer({ min: 1, max: 9000 }),
        fc.nat(5000),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      ),
      { minLength: 1, maxLength: 20 },
    )
    .map((list) => {
      let at = 0
      return list.map(([length, gap, text]): Cue => {
        const startMs = at + gap
        at = startMs + length
        // A letter, so that no caption is empty.
        return { startMs, endMs: at, text: `x${text}` }
      })
    })

  test('are what the W3C parser sees in our WebVTT, and it has nothing to object', () => {
    fc.assert(
      fc.property(arbitraryCues, (list) => {
        const text = writeVtt(list)
        const seen = seenInVtt(text)
        assert.deepEqual(seen.errors, [])
        assert.deepEqual(seen.cues, parseVtt(text))
        assert.deepEqual(
          seen.cues.map(({ startMs, endMs }) => [startMs, endMs]),
          list.map(({ startMs, endMs }) => [startMs, endMs]),
        )
      }),
    )
    assert.deepEqual(seenInVtt(writeVtt(cues)).cues, cues)
  })

  test('come back from both formats as they went in', () => {
    assert.deepEqual(parseVtt(writeVtt(cues)), cues)
    const arrow = cues.map((cue) => ({ ...cue, text: cue.text.replace('-->', '→') }))
    assert.deepEqual(parseSrt(writeSrt(cues)), arrow)
    fc.assert(
      fc.property(arbitraryCues, (list) => {
        const once = parseSrt(writeSrt(list))
        assert.deepEqual(parseSrt(writeSrt(once)), once)
        assert.equal(once.length, list.length)
      }),
    )
  })

  test('are read from SubRip as it is found', () => {
    const found = parseSrt(
      '\ufeff1\r\n00:00:01,000 --> 00:00:02,5 X1:0\r\n<i>Hello</i> <font color="red">a < b</font>\r\n\r\n\r\n00:00:03.000-->00:00:04.000\r\n{\\an8}World\r\n\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\n\r\n',
    )
    assert.deepEqual(found, [
      { startMs: 1000, endMs: 2500, text: 'Hello a < b' },
      { startMs: 3000, endMs: 4000, text: 'World' },
    ])
  })

  test('are read from WebVTT without notes, styles and markup', () => {
    const found = parseVtt(
      'WEBVTT - talk\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\nNOTE a --- b\n\nSTYLE\n::cue(.x) { color: red }\n\nintro\n00:01.000 --> 00:02.000 line:85% align:start\n<v Ann>Hi &amp; <00:00:01.500><c.x>welcome</c>\n',
    )
    assert.deepEqual(found, [{ startMs: 1000, endMs: 2000, text: 'Hi & welcome' }])
  })

  test('may be ten thousand', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      startMs: index * 1000,
      endMs: index * 1000 + 900,
      text: `Caption ${index}\nof many`,
    }))
    assert.deepEqual(parseSrt(writeSrt(many)), many)
    assert.deepEqual(parseVtt(writeVtt(many)), many)
    assert.equal(writeAss(many).match(/^Dialogue:/gm)!.length, 10_000)
  })
})

describe('captions that cannot be meant are refused', () => {
  const srt = (...times: string[]) => times.map((time, index) => `${index + 1}\n${time}\nText\n`).join('\n')

  for (const [what, text, failure] of [
    [
      'when two overlap',
      srt('00:00:01,000 --> 00:00:03,000', '00:00:02,900 --> 00:00:04,000'),
      { code: 'captions.badTimes', message: /Caption 2 starts at 00:00:02\.900, before caption 1 ends/ },
    ],
    [
      'when one is before 0',
      srt('-00:00:01,000 --> 00:00:03,000'),
      { code: 'captions.badTimes', message: /Line 2/ },
    ],
    ['when one is reversed', srt('00:00:03,000 --> 00:00:01,000'), { code: 'captions.badTimes' }],
    ['when one is empty of time', srt('00:00:03,000 --> 00:00:03,000'), { code: 'captions.badTimes' }],
    [
      'when a time is not one',
      srt('00:00:61,000 --> 00:01:03,000'),
      { code: 'captions.unreadable', message: /Line 2: "00:00:61,000"/ },
    ],
    [
      'when a time is missing',
      `${srt('00:00:01,000 --> 00:00:03,000')}\nlost line\n`,
      { code: 'captions.unreadable', message: /Line 5/ },
    ],
    [
      'when an empty line is missing',
      '1\n00:00:01,000 --> 00:00:02,000\nA\n2\n00:00:03,000 --> 00:00:04,000\nB\n',
      { code: 'captions.unreadable', message: /Line 5 .*empty line/ },
    ],
    ['when there are none', '\n\n', { code: 'captions.empty' }],
  ] as Array<[string, string, { code: string; message?: RegExp }]>) {
    test(what, () => {
      assert.throws(() => parseSrt(text), failure)
    })
  }

  test('in WebVTT without its first line, or with times of SubRip', () => {
    assert.throws(() => parseVtt('00:01.000 --> 00:02.000\nHi\n'), {
      code: 'captions.unreadable',
      message: /Line 1/,
    })
    assert.throws(() => parseVtt('WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nHi\n'), {
      code: 'captions.unreadable',
      message: /Line 3/,
    })
  })

  test('by every writer', () => {
    for (const write of [writeSrt, writeVtt, writeAss]) {
      assert.throws(() => write([]), { code: 'captions.empty' })
      assert.throws(() => write([{ startMs: -5, endMs: 5, text: 'x' }]), { code: 'captions.badTimes' })
      assert.throws(() => write([{ startMs: 0, endMs: Number.NaN, text: 'x' }]), {
        code: 'captions.badTimes',
      })
    }
  })
})
