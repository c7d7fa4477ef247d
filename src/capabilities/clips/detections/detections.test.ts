import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Actor } from '../../../kernel/actor.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { bodyOf, jsonRequest, testHttp } from '../../../platform/http/test-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { localStorage } from '../../../providers/storage/index.ts'
import { type AssetDeps, createAssetFromFile, saveAssetFacts } from '../../assets/index.ts'
import { listBatches } from '../batches/get-batch.ts'
import { clipStitchRoutes } from '../stitches/stitch-routes.ts'
import { detectionRoutes } from './detection-routes.ts'
import { wantedClips } from './rule.ts'

const all = ['clips.read', 'clips.write', 'assets.read', 'assets.write', 'runs.read']
const editor: Actor = { kind: 'apiKey', id: 'key_1', workspaceId: 'ws_1', permissions: new Set(all) }

async function withRoutes(
  check: (call: Call, assetId: string, deps: AssetDeps) => Promise<void>,
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'rules-'))
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
      await saveAssetFacts(db, { actor: editor, assetId: asset.id, facts: { durationMs: 100_000 } })
      await check(
        async (method, to, body, { headers = {}, actor = editor } = {}) => {
          const http = testHttp({ db, actor, routes: [detectionRoutes(deps), clipStitchRoutes(deps)] })
          const init = body === undefined ? { method, headers } : jsonRequest(method, body, headers)
          return http.request(`/api/v1${to}`, init)
        },
        asset.id,
        deps,
      )
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
type Call = (
  method: string,
  to: string,
  body?: unknown,
  more?: { headers?: Record<string, string>; actor?: Actor },
) => Promise<Response>

const event = (assetId: string, more: object = {}) => ({
  type: 'clips.detected',
  source: 'detector',
  assetId,
  clips: [
    { startMs: 1_000, endMs: 5_000, score: 0.4 },
    { startMs: 10_000, endMs: 20_000, score: 0.8 },
    { startMs: 30_000, endMs: 90_000, score: 0.9 },
  ],
  ...more,
})

describe('rules about detected clips', () => {
  test('are kept, changed by version, listed and deleted, each in its own workspace', () =>
    withRoutes(async (call) => {
      const made = await call('POST', '/clips/rules', { name: 'Best', minScore: 0.5 })
      assert.equal(made.status, 201)
      const rule = await bodyOf(made)
      assert.deepEqual([rule.source, rule.minScore, rule.isEnabled, rule.stitch], ['*', 0.5, true, null])
      const path = `/clips/rules/${rule.id}`
      const stranger = { actor: { ...editor, workspaceId: 'ws_2' } }
      assert.equal((await call('GET', path, undefined, stranger)).status, 404)
      assert.equal((await call('PATCH', path, { minScore: 0.6 })).status, 428)
      const headers = { 'if-match': '"v1"' }
      const changed = await bodyOf(await call('PATCH', path, { minScore: 0.6 }, { headers }))
      assert.deepEqual(
        [changed.minScore, changed.name, changed.source, changed.version],
        [0.6, 'Best', '*', 2],
      )
      assert.equal((await call('PATCH', path, { minScore: 0.7 }, { headers })).status, 412)
      assert.equal((await call('POST', '/clips/rules', { name: 'Bad', minScore: 2 })).status, 400)
      assert.equal((await bodyOf(await call('GET', '/clips/rules'))).items.length, 1)
      assert.equal((await call('DELETE', path)).status, 204)
      assert.equal((await call('GET', path)).status, 404)
    }))

  test('start batches of what they want, once for each event', () =>
    withRoutes(async (call, assetId, deps) => {
      const stitch = { fadeMs: 300 }
      await call('POST', '/clips/rules', { name: 'Best', minScore: 0.5, maxMs: 30_000, stitch })
      await call('POST', '/clips/rules', { name: 'Other', source: 'else*' })
      const reframe = { aspect: '9:16', method: 'follow' }
      await call('POST', '/clips/rules', { name: 'One', mostClips: 1, source: 'DET*', reframe })
      const answer = await bodyOf(await call('POST', '/events', event(assetId)))
      assert.deepEqual(
        answer.batches.map(({ clips }: { clips: number }) => clips),
        [1, 1],
      )
      assert.equal((await bodyOf(await call('POST', '/events', event(assetId)))).isDuplicate, true)
      const bridge = { 'detail-type': 'clips.detected', id: 'e1', source: 'x', detail: event(assetId) }
      assert.deepEqual((await bodyOf(await call('POST', '/events', bridge))).batches, [
        { ...(await bodyOf(await call('POST', '/events', bridge))).batches[0] },
      ])
      const { items } = await listBatches(deps, { actor: editor, limit: 10 })
      assert.deepEqual(items.map(({ name, counts }) => [name, counts.total]).sort(), [
        ['Best: 1 clips', 1],
        ['Best: 1 clips', 1],
        ['One: 1 clips', 1],
      ])
    }))

  test('an event with a bad row starts nothing and can be sent again', () =>
    withRoutes(async (call, assetId, deps) => {
      await call('POST', '/clips/rules', { name: 'All' })
      const bad = event(assetId, {
        id: 'same',
        clips: [
          { startMs: 5, endMs: 1 },
          { startMs: 99_000, endMs: 900_000 },
        ],
      })
      const refused = await call('POST', '/events', bad)
      assert.equal(refused.status, 422)
      const { code, rows } = await bodyOf(refused)
      assert.deepEqual(
        [code, rows.map((row: { code: string }) => row.code)],
        ['clipBatches.invalid', ['clips.badRange', 'clips.outOfRange']],
      )
      assert.deepEqual((await listBatches(deps, { actor: editor, limit: 9 })).items, [])
      const good = await bodyOf(await call('POST', '/events', event(assetId, { id: 'same' })))
      assert.deepEqual([good.isDuplicate, good.batches.length], [false, 1])
      const inside = { type: 'clips.detected', playlist: { kind: 'url', url: 'http://10.0.0.1/a.m3u8' } }
      for (const body of [
        { ...inside, clips: event('').clips },
        { type: 'clips.detected', assetId },
        event('x', { type: 'y' }),
      ]) {
        assert.ok([400, 422].includes((await call('POST', '/events', body)).status))
      }
      const viewer = { actor: { ...editor, permissions: new Set(['clips.read']) } }
      assert.equal((await call('POST', '/events', event(assetId), viewer)).status, 403)
    }))

  test('take the best ones that fit, in the order of the recording', () => {
    const clip = fc.record({
      startMs: fc.integer({ min: 0, max: 100_000 }),
      endMs: fc.integer({ min: 0, max: 200_000 }),
      score: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    })
    fc.assert(
      fc.property(
        fc.array(clip, { maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (clips, minScore, mostClips) => {
          const rule = { source: '*', minScore, mostClips, minMs: 1_000, maxMs: 50_000 }
          const detection = { eventId: '1', source: 's', assetId: 'a', playlist: undefined, clips }
          const wanted = wantedClips(rule, detection)
          assert.ok(wanted.length <= mostClips && wanted.every(({ score = 0 }) => score >= minScore))
          assert.deepEqual(
            wanted.map(({ startMs }) => startMs),
            wanted.map(({ startMs }) => startMs).toSorted((a, b) => a - b),
          )
          const worst = Math.min(...wanted.map(({ score = 0 }) => score))
          const left = clips.filter(
            (one) =>
              !wanted.includes(one) && one.endMs - one.startMs >= 1_000 && one.endMs - one.startMs <= 50_000,
          )
          if (wanted.length === mostClips) assert.ok(left.every(({ score = 0 }) => score <= worst))
          else assert.ok(left.every(({ score = 0 }) => score < minScore))
        },
      ),
    )
  })
})

describe('stitches on the server', () => {
  test('name every bad part, are cancelled, deleted, and stay in their workspace', () =>
    withRoutes(async (call, assetId) => {
      const refused = await call('POST', '/clips/stitches', {
        parts: [
          { assetId, startMs: 0, endMs: 5_000 },
          { assetId: 'asset_no' },
          { clipId: 'clip_no' },
          { assetId, startMs: 9e6 },
        ],
      })
      assert.equal(refused.status, 422)
      assert.deepEqual(
        (await bodyOf(refused)).rows.map((row: { index: number; code: string }) => [row.index, row.code]),
        [
          [1, 'assets.notFound'],
          [2, 'clips.notFound'],
          [3, 'clips.outOfRange'],
        ],
      )
      const order = {
        parts: [{ assetId, startMs: 0, endMs: 5_000 }, { assetId }],
        fadeMs: 500,
        loudness: -14,
      }
      const made = await call('POST', '/clips/stitches', order)
      assert.equal(made.status, 202)
      const { id, state, options } = await bodyOf(made)
      assert.deepEqual([state, options], ['queued', { fadeMs: 500, loudness: -14 }])
      const path = `/clips/stitches/${id}`
      const stranger = { actor: { ...editor, workspaceId: 'ws_2' } }
      assert.equal((await call('GET', path, undefined, stranger)).status, 404)
      assert.equal((await bodyOf(await call('POST', `${path}/cancel`))).state, 'cancelled')
      assert.equal((await bodyOf(await call('GET', '/clips/stitches'))).items.length, 1)
      assert.equal((await call('DELETE', path)).status, 204)
      assert.equal((await call('GET', path)).status, 404)
      assert.equal((await call('POST', '/clips/stitches', { ...order, batchId: 'batch_no' })).status, 404)
      assert.equal((await call('POST', '/clips/stitches', { parts: [], fadeMs: 1 })).status, 400)
      assert.equal((await call('POST', '/clips/stitches', { ...order, fadeMs: 60_000 })).status, 400)
    }))
})
