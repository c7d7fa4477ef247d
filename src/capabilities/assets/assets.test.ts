import assert from 'node:assert/strict'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import type { Actor } from '../../kernel/actor.ts'
import { searchAudit } from '../audit/index.ts'
import { hasDerived, storeDerivedDir, withAssetFile } from './asset-files.ts'
import type { ObjectStorage } from '../../providers/storage/index.ts'
import { createAssetFromFile } from './create-asset-from-file.ts'
import { addReference, deleteAsset, releaseReference } from './delete-asset.ts'
import { getAsset } from './get-asset.ts'
import { intendStore, sweepAssets } from './removals.ts'
import { assetRemovals, assets } from './schema.ts'
import { type AssetsBench, type AssetsServer, mp4Bytes, openBench, personIn, sha256 } from './test-assets.ts'
import { problemOf } from './test-tus.ts'
import { saveAssetFacts } from './update-asset.ts'

describe('assets', () => {
  let bench: AssetsBench
  let server: AssetsServer
  const actor: Actor = personIn('ws_a')
  before(async () => {
    bench = await openBench()
    server = await bench.start()
  })
  after(() => bench.close())
  let made = 0
  const file = async (bytes = mp4Bytes(10_000)) => {
    const path = join(bench.home, `made-${made++}.mp4`)
    await writeFile(path, bytes)
    return path
  }
  const create = async (more: { move?: boolean; name?: string; actor?: Actor; path?: string } = {}) =>
    createAssetFromFile(server.deps, {
      actor,
      path: more.path ?? (await file()),
      name: 'clip.mp4',
      kind: 'clip',
      ...more,
    })
  const keys = async (prefix: string) => (await bench.storage.list(prefix)).objects.map(({ key }) => key)
  const keyOf = async (assetId: string) =>
    (await server.deps.db.select().from(assets).where(eq(assets.id, assetId)))[0]?.storageKey ?? ''
  const api = (
    path: string,
    init: RequestInit & { headers?: Record<string, string> } = {},
    workspaceId = 'ws_a',
  ) =>
    fetch(`${server.url}/api/v1${path}`, { ...init, headers: { ...server.as(workspaceId), ...init.headers } })
  const rename = (assetId: string, name: string, etag?: string) =>
    api(`/assets/${assetId}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', ...(etag && { 'if-match': etag }) },
      body: JSON.stringify({ name }),
    })

  test('a file becomes an asset once, however often the step runs', async () => {
    const path = await file()
    const first = await create({ path })
    const again = await create({ path, name: 'other name.mp4' })
    assert.equal(again.id, first.id)
    assert.deepEqual([first.isDuplicate, again.isDuplicate], [false, true])
    assert.equal((await keys(`assets/ws_a/${first.sha256}`)).length, 1)
    const moved = await create({ move: true, path: await file(await readFile(path)) })
    assert.equal(moved.id, first.id)
    await assert.rejects(access(join(bench.home, `made-${made - 1}.mp4`)))
  })

  test('two at once with the same content make one asset', async () => {
    const path = await file()
    const [a, b, c] = await Promise.all([create({ path }), create({ path }), create({ path })])
    assert.deepEqual([b.id, c.id], [a.id, a.id])
    await sweepAssets(server.deps, { includeIntents: true })
    assert.ok(await bench.storage.head(await keyOf(a.id)))
  })

  test('a crash between storing and knowing leaves nothing after the sweep', async () => {
    await intendStore(server.deps.db, 'assets/ws_a/crashed', new Date(Date.now() - 25 * 3_600_000))
    await bench.storage.put('assets/ws_a/crashed', Buffer.from('orphan'))
    await intendStore(server.deps.db, 'assets/ws_a/working', new Date())
    await bench.storage.put('assets/ws_a/working', Buffer.from('still being stored'))
    assert.equal(await sweepAssets(server.deps), 1)
    assert.equal(await bench.storage.head('assets/ws_a/crashed'), undefined)
    assert.ok(await bench.storage.head('assets/ws_a/working'))
    await sweepAssets(server.deps, { includeIntents: true })
    assert.equal(await bench.storage.head('assets/ws_a/working'), undefined)
    assert.deepEqual(await server.deps.db.select().from(assetRemovals), [])
  })

  test('a sweep leaves alone what is being stored again since it looked', async () => {
    const { db } = server.deps
    const longAgo = new Date(Date.now() - 60_000)
    await intendStore(db, 'assets/ws_a/gone', new Date(Date.now() - 26 * 3_600_000))
    await intendStore(db, 'assets/ws_a/back', new Date(Date.now() - 25 * 3_600_000))
    const storage: ObjectStorage = {
      ...bench.storage,
      async delete(key) {
        await bench.storage.delete(key)
        if (key !== 'assets/ws_a/gone') return
        await intendStore(db, 'assets/ws_a/back', longAgo)
        await bench.storage.put('assets/ws_a/back', Buffer.from('stored again'))
      },
    }
    assert.equal(await sweepAssets({ ...server.deps, storage }), 1)
    assert.ok(await bench.storage.head('assets/ws_a/back'))
    await sweepAssets(server.deps, { includeIntents: true })
  })

  test('storing waits for a removal of the same key that is under way', async () => {
    const { db } = server.deps
    const key = 'assets/ws_a/crossed'
    await intendStore(db, key, new Date(Date.now() - 25 * 3_600_000))
    let stored: Promise<void> = Promise.resolve()
    const order: string[] = []
    const storage: ObjectStorage = {
      ...bench.storage,
      async delete(target) {
        stored = intendStore(db, key, new Date()).then(() => void order.push('stored'))
        // Answered on other connections: time enough for the intent, if nothing held it back.
        for (let turn = 0; turn < 5; turn++) await db.select().from(assetRemovals)
        await bench.storage.delete(target)
        order.push('removed')
      },
    }
    await sweepAssets({ ...server.deps, storage })
    await stored
    assert.deepEqual(order, ['removed', 'stored'])
    assert.equal((await db.select().from(assetRemovals)).length, 1, 'the intent stands')
    await sweepAssets(server.deps, { includeIntents: true })
  })

  test('the quota also holds for files the product makes', async () => {
    const strict = { ...server.deps, quotaBytes: () => 5_000 }
    const path = await file()
    const poor = personIn('ws_poor')
    const refused = createAssetFromFile(strict, { actor: poor, path, name: 'x.mp4', kind: 'clip' })
    await assert.rejects(refused, { code: 'assets.overQuota' })
    assert.deepEqual(await keys('assets/ws_poor'), [])
  })

  test('an asset is listed in pages, newest first, by kind and by part of its name', async () => {
    const workspaceId = 'ws_list'
    for (const name of ['a%b.mp4', 'b.mp4', 'c.mp4']) await create({ actor: personIn(workspaceId), name })
    type List = { items: Array<{ name: string }>; nextCursor: string | null }
    const list = async (query: string) =>
      (await (await api(`/assets?${query}`, {}, workspaceId)).json()) as List
    const names = (page: List) => page.items.map(({ name }) => name)
    const first = await list('limit=2')
    assert.deepEqual(names(first), ['c.mp4', 'b.mp4'])
    assert.deepEqual(names(await list(`limit=2&cursor=${first.nextCursor}`)), ['a%b.mp4'])
    assert.deepEqual(names(await list('name=%25')), ['a%b.mp4'])
    assert.deepEqual(names(await list('kind=recording')), [])
    assert.equal(
      (await problemOf(await api('/assets?cursor=nonsense', {}, workspaceId))).code,
      'http.invalidCursor',
    )
  })

  test('a rename needs the current version; the slower of two is told both', async () => {
    const { id } = await create()
    assert.equal((await problemOf(await rename(id, 'x.mp4'))).code, 'http.ifMatchRequired')
    const answers = await Promise.all([rename(id, 'one.mp4', '"v1"'), rename(id, 'two.mp4', '"v1"')])
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 412])
    const stale = (await answers.find((answer) => answer.status === 412)?.json()) as Record<string, unknown>
    assert.deepEqual([stale['code'], stale['yours'], stale['current']], ['http.stale', 1, 2])
    assert.equal((await api(`/assets/${id}`)).headers.get('etag'), '"v2"')
  })

  test('a title of a million characters, an empty and an invisible one are refused', async () => {
    const { id } = await create()
    assert.equal((await problemOf(await rename(id, 'x'.repeat(1_000_000), '"v1"'))).status, 400)
    assert.equal((await problemOf(await rename(id, '', '"v1"'))).code, 'http.invalid')
    assert.equal((await problemOf(await rename(id, '\u202e\u200b', '"v1"'))).code, 'assets.badName')
    const kept = (await (await rename(id, 'a/b\u202e\u0000c.mp4', '"v1"')).json()) as { name: string }
    assert.equal(kept.name, 'bc.mp4')
  })

  test('assets of another workspace are not there, and permissions are checked in the use case too', async () => {
    const { id } = await create()
    for (const method of ['GET', 'DELETE']) {
      assert.equal((await problemOf(await api(`/assets/${id}`, { method }, 'ws_b'))).code, 'assets.notFound')
    }
    const stranger = personIn('ws_b')
    await assert.rejects(getAsset(server.deps, { actor: stranger, assetId: id }), { code: 'assets.notFound' })
    await assert.rejects(
      deleteAsset(server.deps, { actor: personIn('ws_a', ['assets.read']), assetId: id }),
      {
        code: 'access.forbidden',
      },
    )
    await assert.rejects(
      withAssetFile(server.deps, { actor: stranger, assetId: id }, async () => undefined),
      {
        code: 'assets.notFound',
      },
    )
  })

  test('deleting releases the bytes and everything made from them, and the trail says who did it', async () => {
    const asset = await create()
    const key = await keyOf(asset.id)
    const dir = join(bench.home, 'hls')
    await mkdir(join(dir, 'v1'), { recursive: true })
    await writeFile(join(dir, 'main.m3u8'), '#EXTM3U')
    await writeFile(join(dir, 'v1', '0.m4s'), 'segment')
    const { prefix } = await storeDerivedDir(server.deps, {
      actor,
      assetId: asset.id,
      kind: 'hls',
      hash: 'h1',
      dir,
    })
    assert.deepEqual(await keys(prefix), [`${prefix}main.m3u8`, `${prefix}v1/0.m4s`])
    assert.equal((await bench.storage.head(`${prefix}v1/0.m4s`))?.contentType, 'video/iso.segment')
    assert.equal((await api(`/assets/${asset.id}`, { method: 'DELETE' })).status, 204)
    assert.equal((await api(`/assets/${asset.id}`)).status, 404)
    assert.equal((await api(`/assets/${asset.id}`, { method: 'DELETE' })).status, 404)
    assert.equal(await bench.storage.head(key), undefined)
    assert.deepEqual(await keys(prefix), [])
    const auditor = personIn('ws_a', ['audit.read'])
    const { items } = await searchAudit(server.deps.db, { actor: auditor, subjectId: asset.id, limit: 10 })
    assert.deepEqual(items.map(({ action }) => action).sort(), ['asset.created', 'asset.deleted'])
  })

  test('bytes stay while a clip needs them and go when the last one lets go', async () => {
    const asset = await create()
    const key = await keyOf(asset.id)
    const reference = (holderId: string) => ({ actor, assetId: asset.id, holderId })
    for (const holder of ['clip_1', 'clip_2', 'clip_2']) await addReference(server.deps.db, reference(holder))
    await deleteAsset(server.deps, { actor, assetId: asset.id })
    await assert.rejects(getAsset(server.deps, { actor, assetId: asset.id }), { code: 'assets.notFound' })
    assert.equal(
      await withAssetFile(
        server.deps,
        { actor, assetId: asset.id },
        async (path) => (await readFile(path)).length,
      ),
      10_000,
    )
    await releaseReference(server.deps.db, reference('clip_1'))
    await sweepAssets(server.deps)
    assert.ok(await bench.storage.head(key))
    await releaseReference(server.deps.db, reference('clip_2'))
    await sweepAssets(server.deps)
    assert.equal(await bench.storage.head(key), undefined)
  })

  test('the same content comes back after a deletion while the old bytes are still referred to', async () => {
    const path = await file()
    const old = await create({ path })
    await addReference(server.deps.db, { actor, assetId: old.id, holderId: 'clip_9' })
    await deleteAsset(server.deps, { actor, assetId: old.id })
    const fresh = await create({ path })
    assert.notEqual(fresh.id, old.id)
    await releaseReference(server.deps.db, { actor, assetId: old.id, holderId: 'clip_9' })
    await sweepAssets(server.deps)
    assert.ok(await bench.storage.head(await keyOf(fresh.id)), 'the bytes of the new asset stay')
  })

  test('a folder made from an asset is known only when all of it is there, and is made once', async () => {
    const asset = await create()
    const dir = join(bench.home, 'derived-once')
    await mkdir(dir, { recursive: true })
    await writeFile(join(dir, 'a.json'), '{}')
    const derived = { actor, assetId: asset.id, kind: 'analysis', hash: 'v1' }
    assert.equal(await hasDerived(server.deps, derived), undefined)
    const stored = await storeDerivedDir(server.deps, { ...derived, dir })
    await writeFile(join(dir, 'b.json'), 'later')
    assert.deepEqual(await storeDerivedDir(server.deps, { ...derived, dir }), stored)
    assert.deepEqual(await hasDerived(server.deps, derived), stored)
    assert.equal((await keys(stored.prefix)).length, 1)
    assert.equal(await hasDerived(server.deps, { ...derived, actor: personIn('ws_b') }), undefined)
  })

  test('what was found in the file shows on the asset without counting as an edit', async () => {
    const { id } = await create()
    await saveAssetFacts(server.deps.db, {
      actor,
      assetId: id,
      facts: { durationMs: 1234.4, width: 1920, height: 1080 },
    })
    const asset = await getAsset(server.deps, { actor, assetId: id })
    assert.deepEqual([asset.durationMs, asset.width, asset.height, asset.version], [1234, 1920, 1080, 1])
  })

  test('bytes that vanished from the disk are a clear failure', async () => {
    const asset = await create()
    await bench.storage.delete(await keyOf(asset.id))
    await assert.rejects(
      withAssetFile(server.deps, { assetId: asset.id }, async () => undefined),
      { code: 'assets.notFound' },
    )
    assert.equal((await problemOf(await fetch(server.url + asset.url))).code, 'storage.missing')
    assert.equal(asset.sha256, sha256(await readFile(join(bench.home, `made-${made - 1}.mp4`))))
  })
})
