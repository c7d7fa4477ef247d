import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parseRange } from './http-range.ts'
import { readToken, signDelivery } from './sign-delivery.ts'
import { type AssetsBench, type AssetsServer, openBench } from './test-assets.ts'
import { problemOf } from './test-tus.ts'

describe('delivery by signed link', () => {
  let bench: AssetsBench
  let server: AssetsServer
  const digits = Buffer.from('0123456789')
  before(async () => {
    bench = await openBench()
    server = await bench.start()
    await bench.storage.put('assets/one', digits, { contentType: 'application/octet-stream' })
    await bench.storage.put('assets/two', Buffer.from('secret'))
    for (const name of [
      'main.m3u8',
      'v1/index.m3u8',
      'v1/000.m4s',
      'init.mp4',
      'poster.jpg',
      'peaks.json',
      'en.vtt',
      'x.html',
    ]) {
      await bench.storage.put(`derived/a/hls/h/${name}`, Buffer.from(name))
    }
    await bench.storage.put('derived/a/hls/other/main.m3u8', Buffer.from('other'))
  })
  after(() => bench.close())
  const link = (more = {}) =>
    signDelivery(server.deps, {
      key: 'assets/one',
      filename: 'film ä.mp4',
      contentType: 'video/mp4',
      ...more,
    })
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(server.url + path, { method, headers })

  test('a link gives the bytes with their type, tag and name, and needs no sign-in', async () => {
    const answer = await get(link())
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'video/mp4')
    assert.equal(answer.headers.get('content-length'), '10')
    assert.equal(answer.headers.get('accept-ranges'), 'bytes')
    assert.match(answer.headers.get('cache-control') ?? '', /^private, max-age=\d+$/)
    assert.match(
      answer.headers.get('content-disposition') ?? '',
      /^inline; filename="film _\.mp4"; filename\*=UTF-8''film%20%C3%A4\.mp4$/,
    )
    assert.equal(await answer.text(), '0123456789')
    const saved = await get(link({ asDownload: true }))
    assert.match(saved.headers.get('content-disposition') ?? '', /^attachment/)
  })

  test('one range is answered with exactly its bytes', async () => {
    const cases = {
      'bytes=0-0': '0',
      'bytes=3-5': '345',
      'bytes=7-': '789',
      'bytes=-2': '89',
      'bytes=8-99': '89',
    }
    for (const [range, expected] of Object.entries(cases)) {
      const answer = await get(link(), { range })
      assert.equal(answer.status, 206, range)
      assert.equal(await answer.text(), expected, range)
      assert.equal(answer.headers.get('content-length'), String(expected.length))
    }
    assert.equal((await get(link(), { range: 'bytes=3-5' })).headers.get('content-range'), 'bytes 3-5/10')
  })

  test('several ranges and nonsense get everything; a range behind the end is refused with the size', async () => {
    for (const range of ['bytes=0-1,4-5', 'bytes=5-2', 'lines=1-2', 'bytes=-', 'bytes=a-b']) {
      assert.equal((await get(link(), { range })).status, 200, range)
    }
    for (const range of ['bytes=10-', 'bytes=99-100', 'bytes=-0']) {
      const answer = await get(link(), { range })
      assert.equal(answer.headers.get('content-range'), 'bytes */10', range)
      assert.deepEqual([(await problemOf(answer)).code, answer.status], ['storage.badRange', 416])
    }
  })

  test('If-None-Match saves the bytes; If-Range gives the part only of the same file', async () => {
    const etag = (await get(link())).headers.get('etag') ?? ''
    for (const header of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      assert.equal((await get(link(), { 'if-none-match': header })).status, 304, header)
    }
    assert.equal((await get(link(), { 'if-none-match': '"x"' })).status, 200)
    assert.equal((await get(link(), { range: 'bytes=0-1', 'if-range': etag })).status, 206)
    assert.equal((await get(link(), { range: 'bytes=0-1', 'if-range': '"old"' })).status, 200)
  })

  test('HEAD tells what GET would, without the bytes', async () => {
    const answer = await get(link(), {}, 'HEAD')
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-length'), '10')
    assert.equal(answer.headers.get('content-type'), 'video/mp4')
    assert.equal(await answer.text(), '')
  })

  test('no part of a link can be altered', async () => {
    const path = link()
    const [, , token = '', name = ''] = path.split('/')
    const [payload = '', signature = ''] = token.split('.')
    const forged = Buffer.from(JSON.stringify({ k: 'assets/two', e: 9_999_999_999 })).toString('base64url')
    const wrong = [
      `/d/${forged}.${signature}/${name}`,
      `/d/${payload}.${signature.slice(0, -2)}AA/${name}`,
      `/d/${payload}.${signature}=/${name}`,
      `/d/${payload}/${name}`,
      `/d/.${signature}/${name}`,
      `/d/${token}.x/${name}`,
      `/d/${token}/other.mp4`,
      `/d/${token}/`,
      `/d/x/y`,
    ]
    for (const path of wrong) {
      assert.deepEqual(
        await problemOf(await get(path)).then(({ status, code }) => [status, code]),
        [403, 'assets.linkInvalid'],
        path,
      )
    }
    for (let index = 0; index < token.length; index += 7) {
      const letter = token[index] === 'A' ? 'B' : 'A'
      const answer = await get(`/d/${token.slice(0, index)}${letter}${token.slice(index + 1)}/${name}`)
      assert.equal(answer.status, 403, `letter ${index}`)
    }
    const elsewhere = signDelivery(
      { secret: 'another secret' },
      { key: 'assets/one', filename: 'film ä.mp4' },
    )
    assert.equal((await get(elsewhere)).status, 403)
  })

  test('an expired link is gone, to the second', async () => {
    const expired = await problemOf(await get(link({ expiresInS: -1 })))
    assert.deepEqual([expired.status, expired.code], [410, 'assets.linkExpired'])
    const at = (second: number) => ({ secret: 's', now: () => new Date(second * 1000) })
    const token = signDelivery(at(1000), { prefix: 'a/', expiresInS: 60 }).split('/')[2] ?? ''
    assert.equal(readToken(at(1059), token).expiresAtS, 1060)
    assert.throws(() => readToken(at(1060), token), { code: 'assets.linkExpired' })
  })

  test('links stay the same for a while, and are valid for half an hour to an hour by default', () => {
    const at = (second: number) => ({ secret: 's', now: () => new Date(second * 1000) })
    for (const second of [1_000_000, 1_000_001, 1_001_799, 1_003_333]) {
      const token = signDelivery(at(second), { key: 'k' }).split('/')[2] ?? ''
      const validS = readToken(at(second), token).expiresAtS - second
      assert.ok(validS > 1_800 && validS <= 3_600, `${validS}`)
    }
    assert.equal(signDelivery(at(1_000_800), { key: 'k' }), signDelivery(at(1_002_000), { key: 'k' }))
  })

  test('a prefix link opens everything below it with the right types, and nothing beside it', async () => {
    const prefix = signDelivery(server.deps, { prefix: 'derived/a/hls/h/' })
    const types = {
      'main.m3u8': 'application/vnd.apple.mpegurl',
      'v1/index.m3u8': 'application/vnd.apple.mpegurl',
      'v1/000.m4s': 'video/iso.segment',
      'init.mp4': 'video/mp4',
      'poster.jpg': 'image/jpeg',
      'peaks.json': 'application/json',
      'en.vtt': 'text/vtt; charset=utf-8',
    }
    for (const [name, type] of Object.entries(types)) {
      const answer = await get(prefix + name)
      assert.equal(answer.headers.get('content-type'), type)
      assert.equal(await answer.text(), name)
    }
    const page = await get(`${prefix}x.html`)
    assert.equal(page.headers.get('content-type'), 'application/octet-stream')
    assert.match(page.headers.get('content-disposition') ?? '', /^attachment/)
    assert.equal((await get(`${prefix}absent.m4s`)).status, 404)
    const tricks = [
      '%2e%2e/other/main.m3u8',
      '..%2fother%2fmain.m3u8',
      '%2e%2e%5cother',
      'v1//000.m4s',
      '%00',
      '%ff',
      '.meta/x',
      '',
    ]
    for (const trick of tricks) {
      const answer = await get(prefix + trick)
      assert.ok([403, 404, 422].includes(answer.status), `${trick}: ${answer.status}`)
      assert.match((await problemOf(answer)).code, /linkInvalid|missing|badKey|notFound/)
    }
  })

  test('a reader that goes away in the middle leaves no file open', async () => {
    const { readdir, readlink } = await import('node:fs/promises')
    await bench.storage.put('assets/large', Buffer.alloc(20_000_000))
    const path = signDelivery(server.deps, { key: 'assets/large' })
    for (let index = 0; index < 5; index++) {
      const abort = new AbortController()
      const answer = await fetch(server.url + path, { signal: abort.signal })
      await answer.body?.getReader().read()
      abort.abort()
    }
    const openFiles = async () => {
      const names = await readdir('/proc/self/fd')
      const targets = await Promise.all(
        names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
      )
      return targets.filter((target) => target.endsWith('assets/large')).length
    }
    const deadline = Date.now() + 5_000
    while ((await openFiles()) > 0 && Date.now() < deadline)
      await new Promise((resolve) => setImmediate(resolve))
    assert.equal(await openFiles(), 0)
  })
})

test('a range of an empty file lies outside; every other form has its meaning', () => {
  assert.equal(parseRange('bytes=0-', 0), 'outside')
  assert.equal(parseRange('bytes=-5', 0), 'outside')
  assert.deepEqual(parseRange('bytes=-5', 3), { start: 0, endInclusive: 2 })
  assert.equal(parseRange(undefined, 3), undefined)
})
