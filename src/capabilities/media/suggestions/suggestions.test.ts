import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Actor } from '../../../kernel/actor.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { localStorage } from '../../../providers/storage/index.ts'
import { type AssetDeps, createAssetFromFile } from '../../assets/index.ts'
import { type Analysis, defaultAnalysisOptions, type Suggestion, suggestionKinds } from '../analysis.ts'
import type { Word } from '../captions/caption.ts'
import { addOwnCut, decideSuggestions, exportTightCut, listSuggestions, saveAnalysis } from '../index.ts'
import { findHook, findSpokenHook } from './find-hook.ts'
import { partsInMs, planTightCut } from './tight-cut.ts'
import { suggestFromWords } from './words-suggest.ts'

/** Words of 300 ms with 50 ms between them; `_` is a pause of 500 ms. */
function spoken(text: string, startMs = 0): Word[] {
  let atMs = startMs
  return text.split(' ').flatMap((one) => {
    if (one === '_') {
      atMs += 500
      return []
    }
    const word = { text: one, startMs: atMs, endMs: atMs + 300, confidence: 0.95 }
    atMs += 350
    return [word]
  })
}
const found = (words: Word[]) =>
  suggestFromWords(words).map(({ kind, startMs, endMs }) => [kind, startMs, endMs])

describe('words suggest', () => {
  test('fillers, and soft ones only between pauses', () => {
    assert.deepEqual(found(spoken('Today um we bake')), [['filler', 325, 675]])
    assert.deepEqual(found(spoken('I like bread')), [])
    assert.deepEqual(found(spoken('We bake _ like, _ bread')), [['filler', 1160, 1540]])
  })

  test('a doubtful word makes a doubtful suggestion', () => {
    const words = spoken('Today um we bake').map((word) => ({ ...word, confidence: 0.2 }))
    assert.ok(suggestFromWords(words)[0]!.confidence < 0.5)
  })

  test('that a passage begun again loses its first beginning, however often it was begun', () => {
    const words = spoken('Hello. The bees have found _ the bees have found two places.')
    assert.deepEqual(found(words), [['retake', 310, 2210]])
    const thrice = spoken('The bees have _ the bees have _ the bees have found two places.')
    assert.deepEqual(found(thrice), [['retake', 0, 3060]])
    assert.match(suggestFromWords(words)[0]!.reason, /Begins again after 1\.9 s with "the bees have found"/)
  })

  test('stutters, but not what is said twice on purpose or far apart', () => {
    assert.deepEqual(found(spoken('We we bake')), [['retake', 0, 310]])
    assert.deepEqual(found(spoken('It is very very good. No, no!')), [])
    const far = [...spoken('the bees have found it'), ...spoken('the bees have found it', 60_000)]
    assert.deepEqual(found(far), [])
  })
})

describe('the hook', () => {
  test('is the sentence of the first minute that asks, counts or contradicts', () => {
    const words = spoken(
      'Hello and welcome back to my kitchen today. _ _ _ Why do 9 of 10 breads fail you? _ We begin with flour now.',
    )
    const hook = findHook(words)!
    assert.equal(hook.kind, 'hook')
    assert.equal(hook.startMs, words.find(({ text }) => text === 'Why')!.startMs)
    assert.match(hook.reason, /^A question and a number and words to the viewer/)
  })

  test('is not named when the recording opens with it, or nothing stands out', () => {
    assert.equal(findHook(spoken('Why do 9 of 10 breads fail you? _ We begin with flour now.')), undefined)
    assert.equal(findHook(spoken('We begin with flour. _ _ _ _ Then we add some water and wait.')), undefined)
    assert.equal(findHook([]), undefined)
  })

  test('without words is a guess and says so', () => {
    const keep = [
      { startMs: 0, endMs: 2_000 },
      { startMs: 5_000, endMs: 30_000 },
    ]
    assert.ok(findSpokenHook(keep)!.confidence < 0.3)
    assert.equal(findSpokenHook([{ startMs: 0, endMs: 20_000 }]), undefined)
  })
})

describe('a tight cut', () => {
  const suggestion = (kind: Suggestion['kind'], startMs: number, endMs: number): Suggestion => ({
    kind,
    startMs,
    endMs,
    reason: kind,
    confidence: 1,
  })

  test('leaves out what is removed, opens with the hook, marks the rest', () => {
    const cut = planTightCut({ frames: 250, frameRate: { num: 25, den: 1 } }, [
      suggestion('deadAir', 0, 1_000),
      suggestion('filler', 1_080, 2_000),
      suggestion('hook', 4_000, 5_000),
      suggestion('loudnessJump', 6_000, 7_000),
    ])
    assert.deepEqual(cut.parts, [
      { startFrame: 100, endFrame: 125 },
      { startFrame: 50, endFrame: 250 },
    ])
    assert.deepEqual(
      [cut.frames, cut.removedFrames, cut.markers],
      [225, 50, [{ frame: 150, name: 'loudnessJump' }]],
    )
  })

  test('keeps every frame that nothing removes, at every frame rate, through milliseconds too', () => {
    const rates = fc.constantFrom(
      { num: 24_000, den: 1001 },
      { num: 25, den: 1 },
      { num: 30_000, den: 1001 },
      { num: 60, den: 1 },
    )
    const removed = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 9_000 })),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(rates, removed, (frameRate, ranges) => {
        const frames = 1_500
        const cut = planTightCut(
          { frames, frameRate },
          ranges.map(([startMs, lengthMs]) => suggestion('longPause', startMs, startMs + lengthMs)),
        )
        let lastFrame = -1
        for (const { startFrame, endFrame } of cut.parts) {
          assert.ok(startFrame > lastFrame && endFrame > startFrame && endFrame <= frames)
          lastFrame = endFrame
        }
        assert.equal(cut.frames + cut.removedFrames, frames)
        // A frame belongs to a range when it starts inside: count them as the cutter does.
        const startOf = (frame: number) => (frame * 1000 * frameRate.den) / frameRate.num
        partsInMs(cut, frameRate).forEach(({ startMs, endMs }, index) => {
          const { startFrame, endFrame } = cut.parts[index]!
          assert.ok(startOf(startFrame) >= startMs && startOf(endFrame - 1) < endMs)
          assert.ok((startFrame === 0 || startOf(startFrame - 1) < startMs) && startOf(endFrame) >= endMs)
        })
      }),
    )
  })
})

const editor: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['media.read', 'media.write', 'assets.read', 'assets.write']),
}

const analysis: Analysis = {
  version: 1,
  durationMs: 10_000,
  frameRate: { num: 25, den: 1 },
  frames: 250,
  options: defaultAnalysisOptions,
  keep: [{ startFrame: 0, endFrame: 250, startMs: 0, endMs: 10_000 }],
  silences: [],
  scenes: [],
  black: [],
  loudness: null,
  poster: 'poster.jpg',
  posterAtMs: 0,
  contactSheet: 'contact-sheet.jpg',
  contactSheetLayout: {
    file: 'contact-sheet.jpg',
    columns: 1,
    rows: 1,
    tileWidth: 2,
    tileHeight: 2,
    everyMs: 1,
  },
  peaks: 'peaks.json',
  suggestions: [
    { kind: 'deadAir', startMs: 0, endMs: 2_000, reason: 'Silence.', confidence: 0.95 },
    { kind: 'longPause', startMs: 5_000, endMs: 6_000, reason: 'A pause.', confidence: 0.55 },
  ],
  notes: [],
}

async function withAnalysed(check: (deps: AssetDeps, assetId: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'suggestions-'))
  try {
    await withDb(async (db) => {
      const storage = localStorage(join(home, 'objects'))
      const deps: AssetDeps = { db, storage, home, secret: 'test', quotaBytes: () => 1e9, log: silentLog() }
      const path = join(home, 'talk.mp4')
      await writeFile(path, `recording ${home}`)
      const asset = await createAssetFromFile(deps, {
        actor: editor,
        path,
        name: 'talk.mp4',
        kind: 'recording',
      })
      const probe = { width: 640, height: 360, audio: [] } as never
      const key = { workspaceId: 'ws_1', assetId: asset.id, contentSha256: asset.sha256, optionsHash: 'x' }
      await saveAnalysis(deps, { ...key, probe, analysis, prefix: 'p/' })
      await check(deps, asset.id)
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

describe('decisions', () => {
  test('are kept, shape the cut, and can be taken back', () =>
    withAnalysed(async (deps, assetId) => {
      const who = { actor: editor, assetId }
      await assert.rejects(exportTightCut(deps, { ...who, format: 'csv' }), {
        code: 'suggestions.nothingAccepted',
      })
      const open = await listSuggestions(deps, who)
      assert.deepEqual(
        open.items.map(({ kind, decision, effect }) => [kind, decision, effect]),
        [
          ['deadAir', 'open', 'remove'],
          ['longPause', 'open', 'remove'],
        ],
      )
      const sure = await decideSuggestions(deps, { ...who, decision: 'accepted', minConfidence: 0.9 })
      assert.deepEqual(
        [sure.items[0]!.decision, sure.items[1]!.decision, sure.cutMs],
        ['accepted', 'open', 8_000],
      )
      const both = await decideSuggestions(deps, {
        ...who,
        decision: 'accepted',
        suggestionIds: [open.items[1]!.id],
      })
      assert.deepEqual([both.cutMs, both.removedMs], [7_000, 3_000])
      const file = await exportTightCut(deps, { ...who, format: 'csv' })
      assert.equal(file.fileName, 'talk (tight).csv')
      assert.equal(file.text.trim().split('\n').length, 3)
      const back = await decideSuggestions(deps, { ...who, decision: 'open' })
      assert.equal(back.cutMs, 10_000)
    }))

  test('of one’s own cut what nobody suggested, once, until they are taken back', () =>
    withAnalysed(async (deps, assetId) => {
      const who = { actor: editor, assetId }
      const cut = { ...who, startMs: 7_000, endMs: 8_000, reason: 'the words that go' }
      await addOwnCut(deps, cut)
      const { items, cutMs } = await addOwnCut(deps, cut)
      assert.deepEqual([items.length, cutMs], [3, 9_000])
      const own = items.find(({ kind }) => kind === 'ownCut')!
      assert.deepEqual([own.decision, own.reason, own.startMs], ['accepted', 'the words that go', 7_000])
      const rejected = await decideSuggestions(deps, {
        ...who,
        decision: 'rejected',
        suggestionIds: [own.id],
      })
      assert.deepEqual([rejected.items.length, rejected.cutMs], [3, 10_000])
      const gone = await decideSuggestions(deps, { ...who, decision: 'open', suggestionIds: [own.id] })
      assert.equal(gone.items.length, 2)

      const toTheEnd = await addOwnCut(deps, { ...who, startMs: 9_000, endMs: 99_000 })
      assert.equal(toTheEnd.cutMs, 9_000)
      for (const [startMs, endMs] of [
        [5, 5],
        [6, 2],
        [10_000, 11_000],
        [NaN, 5],
      ] as const)
        await assert.rejects(addOwnCut(deps, { ...who, startMs, endMs }), { code: 'suggestions.badRange' })
      const viewer: Actor = { ...editor, permissions: new Set(['media.read']) }
      await assert.rejects(addOwnCut(deps, { ...cut, actor: viewer }), { code: 'access.forbidden' })
    }))

  test('about what is gone, by those who may not, or elsewhere, change nothing', () =>
    withAnalysed(async (deps, assetId) => {
      const gone = { actor: editor, assetId, decision: 'rejected' as const, suggestionIds: ['sug_gone'] }
      await assert.rejects(decideSuggestions(deps, gone), { code: 'suggestions.notFound' })
      const viewer: Actor = { ...editor, permissions: new Set(['media.read']) }
      await assert.rejects(decideSuggestions(deps, { ...gone, actor: viewer }), { code: 'access.forbidden' })
      const stranger: Actor = { ...editor, workspaceId: 'ws_2' }
      await assert.rejects(listSuggestions(deps, { actor: stranger, assetId }), { code: 'media.notAnalyzed' })
      const { items } = await listSuggestions(deps, { actor: editor, assetId })
      assert.ok(items.every(({ decision }) => decision === 'open'))
    }))
})

test('every kind of suggestion does something when it is accepted', () => {
  for (const kind of suggestionKinds) {
    const one = { kind, startMs: 2_000, endMs: 4_000, reason: '', confidence: 1 }
    const cut = planTightCut({ frames: 250, frameRate: { num: 25, den: 1 } }, [one])
    assert.ok(cut.parts.length > 1 || cut.removedFrames > 0 || cut.markers.length > 0, kind)
  }
})
