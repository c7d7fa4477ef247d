import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checkStoryboard } from './check-storyboard.ts'
import { pictureSize } from './picture-size.ts'
import { sceneKinds } from './scene-schemas.ts'
import { storyboardJsonSchema } from './storyboard.ts'
import { contentHash } from './storyboard-hash.ts'

const title = { id: 'one', kind: 'title', text: 'How do bees decide?', narration: 'How do bees decide?' }

function board(...scenes: object[]) {
  return {
    schema: 'creatorops.storyboard/1',
    title: 'Bees',
    format: '9:16',
    scenes: scenes.length > 0 ? scenes : [title],
  }
}

const refused: [string, object, string][] = [
  ['an unknown kind', board({ ...title, kind: 'hologram' }), 'videos.badStoryboard'],
  ['a field nobody knows', board({ ...title, onClick: 'alert(1)' }), 'videos.badStoryboard'],
  ['a negative time', board({ ...title, timing: { mode: 'fixed', durationMs: -5 } }), 'videos.badStoryboard'],
  ['the same id twice', board(title, title), 'videos.badStoryboard'],
  ['control characters', board({ ...title, text: 'a\u0000b' }), 'videos.badStoryboard'],
  ['nothing to follow', board({ ...title, narration: ' ' }), 'videos.badStoryboard'],
  [
    'media that is not listed',
    board({ ...title, kind: 'image', media: 'lost', text: 'x' }),
    'videos.missingMedia',
  ],
  [
    'a chart with NaN',
    board({
      id: 'c',
      kind: 'chart',
      chart: 'bar',
      narration: 'x',
      data: [
        { label: 'a', value: Number.NaN },
        { label: 'b', value: 1 },
      ],
    }),
    'videos.badStoryboard',
  ],
  [
    'a pie with a negative part',
    board({
      id: 'c',
      kind: 'chart',
      chart: 'pie',
      narration: 'x',
      data: [
        { label: 'a', value: -1 },
        { label: 'b', value: 1 },
      ],
    }),
    'videos.badStoryboard',
  ],
  [
    'arrows in a circle',
    board({
      id: 'f',
      kind: 'flow',
      narration: 'x',
      nodes: [
        { id: 'a', text: 'A' },
        { id: 'b', text: 'B' },
      ],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
      ],
    }),
    'videos.cyclic',
  ],
  [
    'an arrow to nowhere',
    board({
      id: 'f',
      kind: 'flow',
      narration: 'x',
      nodes: [
        { id: 'a', text: 'A' },
        { id: 'b', text: 'B' },
      ],
      edges: [{ from: 'a', to: 'z' }],
    }),
    'videos.badStoryboard',
  ],
  [
    'a formula that ends too early',
    board({ id: 'e', kind: 'equation', narration: 'x', steps: ['x = \\frac{1}{'] }),
    'videos.badFormula',
  ],
  [
    'a command that is no sign',
    board({ id: 'e', kind: 'equation', narration: 'x', steps: ['\\input{secret}'] }),
    'videos.badFormula',
  ],
  ['no scenes', { ...board(), scenes: [] }, 'videos.badStoryboard'],
  ['another version', { ...board(), schema: 'creatorops.storyboard/9' }, 'videos.badStoryboard'],
]

describe('storyboards are checked before anything is made from them', () => {
  for (const [what, input, code] of refused) {
    test(`${what} is refused with ${code}`, () => {
      assert.throws(() => checkStoryboard(input), { code })
    })
  }

  test('the message names the place', () => {
    assert.throws(
      () => checkStoryboard(board(title, { ...title, id: 'two', camera: 'helicopter' })),
      /scenes\.1\.camera/,
    )
  })

  test('defaults are filled in, and a checked storyboard passes again unchanged', () => {
    const once = checkStoryboard(board())
    assert.deepEqual(checkStoryboard(once), once)
    assert.equal(once.captions.style, 'karaoke')
  })

  test('a circle may run in a circle', () => {
    const nodes = [
      { id: 'a', text: 'A' },
      { id: 'b', text: 'B' },
    ]
    const edges = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ]
    assert.ok(
      checkStoryboard(board({ id: 'f', kind: 'flow', narration: 'x', layout: 'circle', nodes, edges })),
    )
  })

  test('whatever JSON comes in, the answer is a storyboard or a failure of a row', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...sceneKinds), (value, kind) => {
        try {
          checkStoryboard(board({ ...title, kind, text: value, data: value, items: value, steps: value }))
        } catch (error) {
          assert.match(String((error as { code?: string }).code), /^videos\./)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('the published schema names every kind of scene', () => {
    const text = JSON.stringify(storyboardJsonSchema())
    for (const kind of sceneKinds) assert.ok(text.includes(`"const":"${kind}"`), kind)
  })

  test('the hash does not depend on the order of keys, but on every value', () => {
    assert.equal(contentHash({ a: 1, b: [1, { c: 2, d: 3 }] }), contentHash({ b: [1, { d: 3, c: 2 }], a: 1 }))
    assert.notEqual(contentHash({ a: [1, 2] }), contentHash({ a: [2, 1] }))
  })
})

describe('the size of a picture is read without opening it', () => {
  test('PNG, GIF and JPEG', () => {
    const png = Buffer.alloc(24)
    png.writeUInt32BE(0x89504e47, 0)
    png.writeUInt32BE(50_000, 16)
    png.writeUInt32BE(20, 20)
    assert.deepEqual(pictureSize(png), { width: 50_000, height: 20 })
    const jpeg = Buffer.from('ffd8ffe000040000ffc00011080438078003012200', 'hex')
    assert.deepEqual(pictureSize(jpeg), { width: 1920, height: 1080 })
    assert.deepEqual(pictureSize(Buffer.from('GIF89a\x40\x01\xf0\x00', 'latin1')), {
      width: 320,
      height: 240,
    })
  })

  test('anything else has none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const size = pictureSize(Buffer.from(bytes))
        assert.ok(size === undefined || size.width >= 0)
      }),
    )
    assert.equal(pictureSize(Buffer.from('<svg width="1"/>')), undefined)
  })
})
