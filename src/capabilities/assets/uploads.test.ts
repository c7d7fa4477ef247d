import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import { cleanUploads } from './clean-uploads.ts'
import { assets, assetUploads } from './schema.ts'
import { type AssetsBench, type AssetsServer, mp4Bytes, openBench, sha256 } from './test-assets.ts'
import { problemOf, tusClient, until } from './test-tus.ts'

describe('resumable uploads into a directory', () => {
  let bench: AssetsBench
  let server: AssetsServer
  before(async () => {
    bench = await openBench()
    server = await bench.start()
  })
  after(() => bench.close())
  const left = async (workDir = join(bench.home, 'uploads')) =>
    (await readdir(workDir).catch(() => [])).length

  test('a complete upload is an asset with its type, size and hash, and its link gives the bytes', async () => {
    const bytes = mp4Bytes(300_000)
    const answer = await tusClient(server).upload(bytes, {
      filename: 'Mein Film ä.mp4',
      sha256: sha256(bytes),
    })
    assert.equal(answer.status, 204)
    assert.equal(answer.headers.get('x-asset-duplicate'), 'false')
    const assetId = answer.headers.get('x-asset-id')
    const got = await fetch(`${server.url}/api/v1/assets/${assetId}`, { headers: server.as() })
    const asset = (await got.json()) as Record<string, unknown>
    assert.equal(asset['name'], 'Mein Film ä.mp4')
    assert.equal(asset['contentType'], 'video/mp4')
    assert.equal(asset['kind'], 'recording')
    assert.equal(asset['sizeBytes'], bytes.length)
    assert.equal(asset['sha256'], sha256(bytes))
    const file = await fetch(server.url + String(asset['url']))
    assert.ok(Buffer.from(await file.arrayBuffer()).equals(bytes))
    assert.equal(await left(), 0)
  })

  test('a connection cut at 30 % loses nothing that arrived, and the upload goes on from there', async () => {
    const bytes = mp4Bytes(2_000_000)
    const client = tusClient(server)
    const location = await client.begin(bytes.length)
    await client.cut(location, bytes.subarray(0, 600_000), 0, bytes.length)
    await until(async () => (await client.offset(location)) > 0)
    const offset = await client.offset(location)
    assert.ok(offset <= 600_000)
    const answer = await client.send(location, bytes.subarray(offset), offset)
    assert.equal(answer.status, 204)
    await assertAsset(server, answer.headers.get('x-asset-id'), bytes)
  })

  test('an upload goes on at another server after the first one stopped', async () => {
    const bytes = mp4Bytes(1_000_000)
    const first = await bench.start()
    const location = await tusClient(first).begin(bytes.length)
    await tusClient(first).send(location, bytes.subarray(0, 300_000), 0)
    await first.stop()
    const client = tusClient(await bench.start())
    assert.equal(await client.offset(location), 300_000)
    const answer = await client.send(location, bytes.subarray(300_000), 300_000)
    await assertAsset(server, answer.headers.get('x-asset-id'), bytes)
  })

  test('the last bytes arrived but the server died before it could finish: whoever asks finishes it', async () => {
    const bytes = mp4Bytes(5_000)
    const client = tusClient(server)
    const location = await client.begin(bytes.length)
    const uploadId = location.slice(location.lastIndexOf('/') + 1)
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(bench.home, 'uploads', uploadId), bytes)
    const head = await client.head(location)
    assert.equal(head.headers.get('upload-offset'), '5000')
    await assertAsset(server, head.headers.get('x-asset-id'), bytes)
    const result = await client.result(location)
    assert.deepEqual(await result.json(), { assetId: head.headers.get('x-asset-id'), duplicate: false })
    const repeated = await client.send(location, Buffer.alloc(0), 5_000)
    assert.equal(repeated.headers.get('x-asset-id'), head.headers.get('x-asset-id'))
  })

  test('finishing in several processes at once makes one asset', async () => {
    const bytes = mp4Bytes(6_000)
    const client = tusClient(server)
    const location = await client.begin(bytes.length)
    const uploadId = location.slice(location.lastIndexOf('/') + 1)
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(bench.home, 'uploads', uploadId), bytes)
    const servers = [server, await bench.start(), await bench.start()]
    const answers = await Promise.all(
      servers.flatMap((each) => [tusClient(each).result(location), tusClient(each).result(location)]),
    )
    const results = await Promise.all(answers.map((answer) => answer.json()))
    for (const result of results) assert.deepEqual(result, results[0])
    const rows = await bench.fresh.db
      .select()
      .from(assets)
      .where(eq(assets.sha256, sha256(bytes)))
    assert.equal(rows.length, 1)
  })

  test('the same content again gives the asset that exists; another workspace gets its own', async () => {
    const bytes = mp4Bytes(40_000)
    const first = await tusClient(server).upload(bytes, { filename: 'one.mp4' })
    const again = await tusClient(server).upload(bytes, { filename: 'two.mp4' })
    assert.equal(again.headers.get('x-asset-id'), first.headers.get('x-asset-id'))
    assert.equal(again.headers.get('x-asset-duplicate'), 'true')
    const other = await tusClient(server, 'ws_b').upload(bytes)
    assert.notEqual(other.headers.get('x-asset-id'), first.headers.get('x-asset-id'))
    assert.equal(other.headers.get('x-asset-duplicate'), 'false')
    assert.equal(await left(), 0)
  })

  test('a wrong offset is refused with the way out, and the upload goes on', async () => {
    const bytes = mp4Bytes(10_000)
    const client = tusClient(server)
    const location = await client.begin(bytes.length)
    await client.send(location, bytes.subarray(0, 4_000), 0)
    assert.equal(
      (await problemOf(await client.send(location, bytes.subarray(0, 10), 0))).code,
      'uploads.wrongOffset',
    )
    const ahead = await problemOf(await client.send(location, bytes.subarray(0, 10), 9_000))
    assert.deepEqual([ahead.status, ahead.code], [409, 'uploads.wrongOffset'])
    const answer = await client.send(location, bytes.subarray(4_000), 4_000)
    await assertAsset(server, answer.headers.get('x-asset-id'), bytes)
  })

  test('two requests at the same offset: the bytes end up right whatever happens to either', async () => {
    const bytes = mp4Bytes(3_000_000)
    const client = tusClient(server)
    const other = tusClient(await bench.start())
    const location = await client.begin(bytes.length)
    const answers = await Promise.all([client.send(location, bytes, 0), other.send(location, bytes, 0)])
    const statuses = answers.map((answer) => answer.status).sort()
    assert.ok(statuses.includes(204), String(statuses))
    assert.ok([204, 400, 409, 423].includes(statuses[1] ?? 0), String(statuses))
    const offset = await client.offset(location)
    const last = await client.send(location, bytes.subarray(offset), offset)
    await assertAsset(server, last.headers.get('x-asset-id'), bytes)
  })

  test('content that does not have the announced hash is refused and nothing is left', async () => {
    const client = tusClient(server)
    const bytes = mp4Bytes(20_000)
    const location = await client.begin(bytes.length, { sha256: sha256(Buffer.from('other')) })
    const refused = await problemOf(await client.send(location, bytes, 0))
    assert.deepEqual([refused.status, refused.code], [422, 'assets.checksumMismatch'])
    assert.equal((await problemOf(await client.result(location))).code, 'assets.checksumMismatch')
    assert.equal(await left(), 0)
    const rows = await bench.fresh.db
      .select()
      .from(assets)
      .where(eq(assets.sha256, sha256(bytes)))
    assert.equal(rows.length, 0)
  })

  test('text, a playlist, a program and a web page called .mp4 are refused by what they are', async () => {
    const files = {
      text: 'Hello, I am a text.\n'.repeat(50),
      playlist: '#EXTM3U\n#EXTINF:10,\nhttp://169.254.169.254/latest/meta-data\n',
      program: '\u007fELF\u0002\u0001',
      'web page': '<!DOCTYPE html><script>alert(1)</script>',
    }
    for (const [what, content] of Object.entries(files)) {
      const refused = await problemOf(await tusClient(server).upload(Buffer.from(content)))
      assert.deepEqual([refused.status, refused.code], [415, 'assets.typeNotAllowed'], what)
      assert.match(refused.message, new RegExp(what))
    }
    assert.equal(await left(), 0)
  })

  test('nothing, too much, a bad hash, a missing length and an impossible name are refused before the first byte', async () => {
    const small = await bench.start({ maxUploadBytes: 1_000_000 })
    const client = tusClient(small)
    const codeOf = async (answer: Promise<Response>) => (await problemOf(await answer)).code
    assert.equal(await codeOf(client.create(0)), 'assets.empty')
    assert.equal(await codeOf(client.create(1_000_001)), 'assets.tooLarge')
    assert.equal(await codeOf(client.create(10, { sha256: 'abc' })), 'assets.badChecksum')
    assert.equal(await codeOf(client.create(10, { filename: '\u202e\u0007 /' })), 'assets.badName')
    assert.equal(await codeOf(client.create(10, { filename: 'x'.repeat(5_000) })), 'assets.badName')
    const headers = { ...client.headers, 'upload-defer-length': '1', 'upload-metadata': 'filename eA==' }
    const deferred = fetch(`${small.url}/api/v1/uploads`, { method: 'POST', headers })
    assert.equal(await codeOf(deferred), 'uploads.badRequest')
    const unversioned = fetch(`${small.url}/api/v1/uploads`, { method: 'POST', headers: small.as() })
    assert.equal(await codeOf(unversioned), 'uploads.unsupportedVersion')
    const rows = await bench.fresh.db.select().from(assetUploads).where(eq(assetUploads.state, 'receiving'))
    assert.equal(rows.length, 0)
  })

  test('more bytes than announced are refused and what was announced still counts', async () => {
    const client = tusClient(server)
    const bytes = mp4Bytes(1_000)
    const location = await client.begin(900)
    assert.equal((await problemOf(await client.send(location, bytes, 0))).code, 'assets.tooLarge')
    const answer = await client.send(location, bytes.subarray(0, 900), await client.offset(location))
    assert.equal(answer.status, 204)
  })

  test('the quota counts what is stored and what is promised, and frees what is abandoned', async () => {
    const strict = await bench.start({ quotaBytes: 100_000 })
    const client = tusClient(strict, 'ws_quota')
    await client.upload(mp4Bytes(60_000))
    const promised = await client.begin(30_000)
    const refused = await problemOf(await client.create(20_000))
    assert.deepEqual([refused.status, refused.code], [507, 'assets.overQuota'])
    assert.equal((await client.abandon(promised)).status, 204)
    assert.equal(
      (await problemOf(await client.head(promised).then(asGet(client, promised)))).code,
      'uploads.notFound',
    )
    assert.equal((await client.create(20_000)).status, 201)
    const quota = await fetch(`${strict.url}/api/v1/assets/quota`, { headers: strict.as('ws_quota') })
    assert.deepEqual(await quota.json(), { usedBytes: 80_000, limitBytes: 100_000 })
  })

  test('two uploads that fit only one at a time: one of them is refused', async () => {
    const strict = await bench.start({ quotaBytes: 100_000 })
    const client = tusClient(strict, 'ws_race')
    const answers = await Promise.all([60_000, 60_000, 60_000].map((size) => client.create(size)))
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, 507, 507])
  })

  test('path tricks in names stay names, and no file is made outside the store', async () => {
    const tricks = [
      '../../../etc/passwd',
      '..\\..\\boot.ini',
      '/etc/shadow',
      'C:\\x\\evil\u202egpj.exe',
      'a\u0000b.mp4',
    ]
    const shown = ['passwd', 'boot.ini', 'shadow', 'evilgpj.exe', 'ab.mp4']
    for (const [index, filename] of tricks.entries()) {
      const answer = await tusClient(server).upload(mp4Bytes(2_000), { filename })
      const got = await fetch(`${server.url}/api/v1/assets/${answer.headers.get('x-asset-id')}`, {
        headers: server.as(),
      })
      assert.equal(((await got.json()) as { name: string }).name, shown[index])
    }
    const stored = await readdir(bench.home, { recursive: true })
    assert.ok(!stored.some((path) => /passwd|boot|shadow|evil|mp4/.test(path)), String(stored))
  })

  test('an upload of another workspace, or without permission, cannot be seen or touched', async () => {
    const location = await tusClient(server).begin(1_000)
    const stranger = tusClient(server, 'ws_b')
    assert.equal((await stranger.head(location)).status, 404)
    assert.equal(
      (await problemOf(await stranger.send(location, mp4Bytes(1_000), 0))).code,
      'uploads.notFound',
    )
    assert.equal((await problemOf(await stranger.abandon(location))).code, 'uploads.notFound')
    assert.equal((await problemOf(await stranger.result(location))).code, 'uploads.notFound')
    const reader = { ...server.as('ws_a', ['assets.read']), 'tus-resumable': '1.0.0', 'upload-length': '5' }
    const refused = await fetch(`${server.url}/api/v1/uploads`, { method: 'POST', headers: reader })
    assert.equal((await problemOf(refused)).code, 'access.forbidden')
    const nobody = await fetch(`${server.url}/api/v1/uploads`, { method: 'POST' })
    assert.equal((await problemOf(nobody)).code, 'http.unauthenticated')
    await tusClient(server).abandon(location)
  })

  test('an abandoned upload expires, and its bytes and its promise go', async () => {
    const brief = await bench.start({ uploadExpiryMs: 1 })
    const client = tusClient(brief)
    const location = await client.begin(1_000)
    assert.equal((await client.head(location)).status, 410)
    assert.ok((await cleanUploads(brief.uploads.deps)) >= 1)
    assert.equal((await client.head(location)).status, 404)
    await assert.rejects(stat(join(bench.home, 'uploads', location.slice(location.lastIndexOf('/') + 1))))
  })

  test('tus discovery tells what is supported and the largest size', async () => {
    const answer = await fetch(`${server.url}/api/v1/uploads`, { method: 'OPTIONS', headers: server.as() })
    assert.match(answer.headers.get('tus-extension') ?? '', /creation.*termination.*expiration/)
    assert.doesNotMatch(answer.headers.get('tus-extension') ?? '', /defer/)
    assert.equal(answer.headers.get('tus-max-size'), String(1e11))
    assert.equal(answer.headers.get('access-control-allow-origin'), null)
  })
})

function asGet(client: ReturnType<typeof tusClient>, location: string): () => Promise<Response> {
  return () => client.result(location)
}

async function assertAsset(server: AssetsServer, assetId: string | null, bytes: Buffer): Promise<void> {
  const got = await fetch(`${server.url}/api/v1/assets/${assetId}`, { headers: server.as() })
  assert.equal(got.status, 200, `asset ${assetId}`)
  const asset = (await got.json()) as { url: string; sha256: string }
  assert.equal(asset.sha256, sha256(bytes))
  const file = await fetch(server.url + asset.url)
  assert.ok(Buffer.from(await file.arrayBuffer()).equals(bytes))
}
