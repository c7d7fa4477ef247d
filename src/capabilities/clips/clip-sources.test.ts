import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import type { Actor } from '../../kernel/actor.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { bodyOf, jsonRequest, testHttp } from '../../platform/http/test-http.ts'
import { silentLog } from '../../platform/log/log.ts'
import { localStorage } from '../../providers/storage/index.ts'
import { type AssetDeps, createAssetFromFile } from '../assets/index.ts'
import { nameOfSource, slugOfSource } from './clip-source.ts'
import { isListed, locateKeys } from './hls/locate.ts'
import { clipRoutes } from './routes.ts'
import { clips } from './schema.ts'

const all = ['clips.read', 'clips.write', 'assets.read', 'assets.write', 'runs.read', 'runs.write']
const editor: Actor = { kind: 'person', id: 'person_1', workspaceId: 'ws_1', permissions: new Set(all) }
const show = { kind: 'url', url: 'https://cdn.example.com/show/master.m3u8?token=1' } as const

describe('where clips come from', () => {
  test('an address, a stored playlist or a package; anything else is refused before a run begins', async () => {
    const home = await mkdtemp(join(tmpdir(), 'sources-'))
    try {
      await withDb(async (db) => {
        const storage = localStorage(join(home, 'objects'))
        const deps: AssetDeps & { clipHosts: string[] } = {
          db,
          storage,
          home,
          secret: 'test',
          quotaBytes: () => 1e9,
          log: silentLog(),
          clipHosts: ['*.example.com'],
        }
        await writeFile(join(home, 'talk.mp4'), 'bytes')
        const file = {
          actor: editor,
          path: join(home, 'talk.mp4'),
          name: 'talk.mp4',
          kind: 'recording',
        } as const
        const { id: assetId } = await createAssetFromFile(deps, file)
        const http = testHttp({ db, actor: editor, routes: [clipRoutes(deps)] })
        const range = { startMs: 0, endMs: 1_000 }
        const ask = (method: string, path: string, body: unknown, headers = {}) =>
          http.request(`/api/v1${path}`, jsonRequest(method, body, headers))
        const refused = async (order: object) =>
          (await bodyOf(await ask('POST', '/clips', { ...range, ...order }))).code as string

        const made = await bodyOf(await ask('POST', '/clips', { ...range, source: show }))
        assert.deepEqual([made.assetId, made.source, made.title], [null, show, 'show 00:00:00.000'])
        const stored = { kind: 'stored', path: 'game/index.m3u8' }
        assert.equal((await ask('POST', '/clips', { ...range, source: stored })).status, 202)
        assert.equal(await refused({}), 'clips.badSource')
        assert.equal(await refused({ assetId, source: show }), 'clips.badSource')
        assert.equal(await refused({ source: { kind: 'package' } }), 'clips.badSource')
        assert.equal(await refused({ assetId, source: { kind: 'package' } }), 'clips.noPackage')
        assert.equal(
          await refused({ source: { kind: 'stored', path: '../ws_2/index.m3u8' } }),
          'clips.badSource',
        )
        for (const url of ['http://10.0.0.1/a.m3u8', 'http://[::1]/a.m3u8', 'http://localhost/a.m3u8']) {
          assert.equal(await refused({ source: { kind: 'url', url } }), 'fetch.refused')
        }
        assert.equal(await refused({ source: { kind: 'url', url: 'file:///etc/passwd' } }), 'fetch.badUrl')
        assert.equal(
          await refused({ source: { kind: 'url', url: 'https://example.org/a.m3u8' } }),
          'clips.badSource',
        )
        const follow = { aspect: '9:16', method: 'follow' }
        assert.equal(await refused({ assetId, mode: 'copy', reframe: follow }), 'clips.badOption')

        const shaped = await bodyOf(await ask('POST', '/clips', { ...range, assetId, reframe: follow }))
        const path = [{ atMs: 0, at: 0.4 }]
        const found = { state: 'processed', reframe: { ...follow, path } } as never
        await db.update(clips).set(found).where(eq(clips.id, shaped.id))
        const change = (body: object, version: number) =>
          ask('PATCH', `/clips/${shaped.id}`, body, { 'if-match': `"v${version}"` })
        const edited = await bodyOf(await change({ reframe: { ...follow, path: [{ atMs: 0, at: 0.6 }] } }, 1))
        assert.deepEqual([edited.reframe.path[0].at, edited.state, edited.version], [0.6, 'queued', 2])
        await db.update(clips).set({ state: 'processed' }).where(eq(clips.id, shaped.id))
        const renamed = await bodyOf(await change({ title: 'New' }, 2))
        assert.equal(renamed.reframe.path[0].at, 0.6, 'the path stays with the range')
        await db.update(clips).set({ state: 'processed' }).where(eq(clips.id, shaped.id))
        const moved = await bodyOf(await change({ startMs: 500 }, 3))
        assert.deepEqual(moved.reframe, follow, 'another range is looked at anew')
        await db.update(clips).set({ state: 'processed' }).where(eq(clips.id, shaped.id))
        assert.equal((await bodyOf(await change({ reframe: null }, 4))).reframe, null)
      })
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })

  test('have names for people and for keys', () => {
    assert.equal(nameOfSource(show), 'show')
    assert.equal(nameOfSource({ kind: 'stored', path: 'Games/Final 2026.m3u8' }), 'Final 2026')
    assert.equal(slugOfSource(null, { kind: 'stored', path: 'Games/Final 2026.m3u8' }), 'final-2026')
    assert.equal(slugOfSource('asset_1', null), 'asset_1')
  })

  test('hosts are matched as a whole or below a domain; stored names stay in their folder', () => {
    assert.ok(isListed('anything.org', []))
    assert.ok(isListed('CDN.example.com', ['*.example.com']) && isListed('a.b', ['x', 'a.b']))
    assert.ok(!isListed('example.com', ['*.example.com']) && !isListed('evilexample.com', ['*.example.com']))
    const locate = locateKeys('programmes/ws_1/show/master.m3u8')
    const from = 'programmes/ws_1/show/master.m3u8'
    assert.equal(locate('v/0.ts?x=1', from), 'programmes/ws_1/show/v/0.ts')
    assert.equal(locate('../audio/1.ts', 'programmes/ws_1/show/v/i.m3u8'), 'programmes/ws_1/show/audio/1.ts')
    for (const uri of [
      '../../ws_2/a.ts',
      '/a.ts',
      'file:///a',
      'http://a/b',
      '%2e%2e/%2e%2e/ws_2/a.ts',
      '..\\a',
    ]) {
      assert.throws(() => locate(uri, from), { code: 'clips.playlistRefused' }, uri)
    }
  })
})
