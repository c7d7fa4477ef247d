import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { readCodedClip, writeCodedSource } from '../../../../test/fixtures/frame-code.ts'
import { packHls } from '../../../../test/fixtures/hls-package.ts'
import { startS3Server } from '../../../../test/servers/s3-server.ts'
import { type HlsServer, startHlsServer } from '../../../../test/servers/hls-server.ts'
import { localStorage, type ObjectStorage, parseS3Url, s3Storage } from '../../../providers/storage/index.ts'
import { cutPlaylistClip } from '../index.ts'
import { openAskedPlace } from './asked-place.ts'
import { cutPlaylist } from './cut-playlist.ts'
import { openProgramme } from './programme.ts'
import { serveReads } from './serve-reads.ts'

const inside = ['127.0.0.1']
const foreign = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n../../other/v.m3u8\n'

describe('clips of HLS programmes on servers and in object stores', { concurrency: false }, () => {
  let dir = ''
  let show = ''
  let out = ''
  let server: HlsServer
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hls-url-'))
    const path = join(dir, 'source.mp4')
    writeCodedSource(path, { frames: 300, fps: { num: 30, den: 1 }, gop: 30, bFrames: 2, preset: 'veryfast' })
    await packHls(path, join(dir, 'ts'), { type: 'mpegts' })
    await packHls(path, join(dir, 'own'), { type: 'fmp4', hasOwnSound: true })
    show = join(dir, 'www')
    out = join(dir, 'clip.mp4')
  })
  beforeEach(async () => {
    await rm(show, { recursive: true, force: true })
    await rm(out, { force: true })
    await cp(join(dir, 'ts'), join(show, 'ts'), { recursive: true })
    await cp(join(dir, 'own'), join(show, 'own'), { recursive: true })
    await server?.close()
    server = await startHlsServer(show)
  })
  after(async () => {
    await server.close()
    await rm(dir, { recursive: true, force: true })
  })

  type More = { startMs?: number; endMs?: number; allow?: string[]; hosts?: string[]; variant?: string }
  const placeAt = (path: string, { allow = inside, hosts = [] }: More) =>
    ({ kind: 'url', url: server.url + path, allow, hosts }) as const
  /** As people cut: in a process of its own. */
  const cutApart = (path: string, more: More = {}) => {
    const { startMs = 2_500, endMs = 5_000, variant } = more
    return cutPlaylistClip({ place: placeAt(path, more), outPath: out, startMs, endMs, variant })
  }
  /** The same in this process, which is faster. */
  const cut = async (path: string, more: More = {}) => {
    const { startMs = 2_500, endMs = 5_000, variant = 'best' } = more
    const place = placeAt(path, more)
    const workDir = await mkdtemp(join(dir, 'work-'))
    return cutPlaylist(
      { place, variant, outPath: out, workDir, startMs, endMs, mode: 'exact' },
      { progress: async () => undefined, ask: serveReads({ place, workDir }) },
    )
  }
  /** Reads the playlists as a cut does first, without the process that cuts. */
  const open = async (path: string) => {
    const place = { kind: 'url', url: server.url + path, allow: inside, hosts: [] } as const
    return openProgramme(openAskedPlace(place, serveReads({ place, workDir: dir })), 'best')
  }
  const edit = async (name: string, change: (text: string) => string) =>
    writeFile(join(show, name), change(await readFile(join(show, name), 'utf8')))
  const numbers = () => readCodedClip(out).frames.map(({ number }) => number)
  const expected = Array.from({ length: 75 }, (_, index) => 75 + index)

  test('by address: exact, relative names, only the segments that cover the range', async () => {
    for (const [playlist, first] of [
      ['/ts/index.m3u8', '/ts'],
      ['/own/master.m3u8', '/own'],
    ] as const) {
      server.requests.length = 0
      const before = server.bytesSent()
      const receipt = await cut(playlist)
      assert.deepEqual(numbers(), expected)
      assert.ok(receipt.seamCheck.passed)
      assert.equal(receipt.bytesRead, server.bytesSent() - before, 'the receipt counts what travelled')
      assert.ok(server.requests.every((path) => path.startsWith(first)))
      const whole = server.requests.filter((path) => /\/[1234]\.(ts|m4s)$/.test(path))
      assert.equal(new Set(whole).size, whole.length, 'nothing is fetched twice')
      assert.ok(!server.requests.some((path) => /\/[34]\.(ts|m4s)/.test(path)), server.requests.join('\n'))
    }
  })

  test('several segments are on their way at once, and not more than four', async () => {
    await cut('/ts/index.m3u8', { startMs: 100, endMs: 9_900 })
    assert.equal(readCodedClip(out).frames.length, 294)
    assert.ok(server.mostAtOnce() >= 2 && server.mostAtOnce() <= 4, `${server.mostAtOnce()}`)
  })

  test('AES-128, byte ranges, redirects to another folder, and a server that knows no ranges', async () => {
    const key = randomBytes(16)
    const pieces: Buffer[] = []
    for (let index = 0; index < 5; index++) {
      const iv = Buffer.alloc(16)
      iv.writeUInt32BE(index, 12)
      const cipher = createCipheriv('aes-128-cbc', key, iv)
      const plain = await readFile(join(show, `ts/${index}.ts`))
      pieces.push(Buffer.concat([cipher.update(plain), cipher.final()]))
    }
    await writeFile(join(show, 'ts/all.bin'), Buffer.concat(pieces))
    await writeFile(join(show, 'ts/secret.key'), key)
    await edit('ts/index.m3u8', (text) =>
      text
        .replace('#EXTINF', '#EXT-X-KEY:METHOD=AES-128,URI="secret.key?token=1"\n#EXTINF')
        .replace(
          /(\d)\.ts/g,
          (_, index) =>
            `#EXT-X-BYTERANGE:${pieces[Number(index)]!.length}${index === '0' ? '@0' : ''}\nall.bin`,
        ),
    )
    server.faults.set('/go', { kind: 'redirect', to: '/ts/index.m3u8?moved=1' })
    const receipt = await cut('/go')
    assert.deepEqual(numbers(), expected)
    assert.ok(receipt.bytesRead < pieces.reduce((sum, piece) => sum + piece.length, 0) * 0.85)
    server.faults.set('/ts/all.bin', { kind: 'noRanges' })
    await cut('/go')
    assert.deepEqual(numbers(), expected)
    await writeFile(join(show, 'ts/secret.key'), randomBytes(16))
    await assert.rejects(cut('/go'), { code: 'clips.wrongKey' })
  })

  test('what fails in passing is tried again', async () => {
    server.faults.set('/ts/1.ts', { kind: 'status', status: 503, times: 1 })
    server.faults.set('/ts/2.ts', { kind: 'breakOff', times: 1 })
    await cut('/ts/index.m3u8')
    assert.deepEqual(numbers(), expected)
  })

  for (const [what, fault, code] of [
    ['a missing segment', { kind: 'status', status: 404 }, 'clips.segmentMissing'],
    ['a forbidden segment', { kind: 'status', status: 403 }, 'clips.segmentMissing'],
    ['a segment of HTML', { kind: 'html' }, 'clips.segmentDamaged'],
    ['a segment that breaks off', { kind: 'breakOff' }, 'fetch.unreachable'],
    ['a server that is down', { kind: 'status', status: 500 }, 'fetch.unreachable'],
    [
      'a segment that leads inside',
      { kind: 'redirect', to: 'http://169.254.169.254/latest' },
      'fetch.refused',
    ],
  ] as const) {
    test(`${what} fails clearly and leaves nothing`, async () => {
      server.faults.set('/ts/1.ts', fault)
      await assert.rejects(cutApart('/ts/index.m3u8'), { code })
      assert.deepEqual(
        (await readdir(dir)).filter((name) => name.includes('clip')),
        [],
      )
    })
  }

  test('a segment that was cut off on the server is damaged', async () => {
    const bytes = await readFile(join(show, 'ts/1.ts'))
    await writeFile(join(show, 'ts/1.ts'), bytes.subarray(0, 5_000))
    await assert.rejects(cut('/ts/index.m3u8'), { code: 'clips.segmentDamaged' })
  })

  test('a playlist that names files, private addresses or other schemes is refused, and nothing of it is fetched', async () => {
    for (const uri of [
      'file:///etc/passwd',
      'http://10.0.0.1/3.ts',
      'http://localhost:1/3.ts',
      'http://[::1]/3.ts',
      'http://169.254.169.254/latest/meta-data',
      'ftp://example.com/3.ts',
      'data:video/mp2t;base64,AAAA',
      'http://user:pass@example.com/3.ts',
    ]) {
      for (const change of [
        (text: string) => text.replace('3.ts', uri),
        (text: string) => text.replace('#EXTINF', `#EXT-X-KEY:METHOD=AES-128,URI="${uri}"\n#EXTINF`),
        () => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n0.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\n${uri}\n`,
      ]) {
        await cp(join(dir, 'ts/index.m3u8'), join(show, 'ts/index.m3u8'))
        await edit('ts/index.m3u8', change)
        server.requests.length = 0
        await assert.rejects(open('/ts/index.m3u8'), { code: 'clips.playlistRefused' }, uri)
        assert.deepEqual(server.requests, ['/ts/index.m3u8'])
      }
    }
  })

  test('a private address, and a host that is not listed, are refused before anything is asked', async () => {
    await assert.rejects(cutApart('/ts/index.m3u8', { allow: [] }), { code: 'fetch.refused' })
    await assert.rejects(cutApart('/ts/index.m3u8', { hosts: ['cdn.example.com'] }), {
      code: 'clips.badSource',
    })
    assert.deepEqual(server.requests, [])
  })

  test('a playlist of 100,000 entries is cut like any other; a page of HTML is no playlist', async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `#EXTINF:2,\n${index % 5}.ts?n=${index}`)
    const head = '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n'
    await writeFile(join(show, 'ts/long.m3u8'), `${head}${lines.join('\n')}\n#EXT-X-ENDLIST\n`)
    await cut('/ts/long.m3u8', { startMs: 2_500, endMs: 3_500 })
    assert.equal(numbers().length, 30)
    assert.ok(server.requests.length <= 4, server.requests.join('\n'))
    server.faults.set('/ts/index.m3u8', { kind: 'html' })
    await assert.rejects(cut('/ts/index.m3u8'), { code: 'clips.playlistInvalid' })
  })

  test('the variant that is asked for', async () => {
    await edit('own/master.m3u8', (text) =>
      text.replace(
        '#EXT-X-STREAM-INF',
        '#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=96x54,AUDIO="audio"\nmissing.m3u8\n#EXT-X-STREAM-INF',
      ),
    )
    await cut('/own/master.m3u8', { variant: 'best' })
    assert.deepEqual(numbers(), expected)
    await cut('/own/master.m3u8', { variant: '108' })
    await assert.rejects(cut('/own/master.m3u8', { variant: 'smallest' }), { code: 'clips.segmentMissing' })
    await assert.rejects(cut('/own/master.m3u8', { variant: '720' }), { code: 'clips.noVariant' })
  })

  test('from object stores, local and S3: the same clip, only its segments are read', async () => {
    const s3 = await startS3Server()
    const bucket = s3Storage(parseS3Url(`s3://objects/shows?endpoint=${s3.endpoint}`), s3.credentials)
    try {
      for (const storage of [localStorage(join(dir, 'objects')), bucket]) {
        await put(storage, 'show/own')
        const place = { kind: 'stored', key: 'show/own/master.m3u8' } as const
        const more = { place, storage, outPath: out, startMs: 2_500, endMs: 5_000 }
        const receipt = await cutPlaylistClip(more)
        assert.deepEqual(numbers(), expected, storage.name)
        const sizes = await Promise.all(
          ['v/0', 'v/1', 'v/2', 'audio/1', 'audio/2'].map((name) => stat(join(show, `own/${name}.m4s`))),
        )
        assert.ok(receipt.bytesRead < sizes.reduce((sum, { size }) => sum + size, 0) + 10_000)
        await storage.delete('show/own/v/1.m4s')
        await assert.rejects(cutPlaylistClip(more), { code: 'clips.segmentMissing' })
        await storage.put('show/own/master.m3u8', Buffer.from(foreign))
        await assert.rejects(cutPlaylistClip(more), { code: 'clips.playlistRefused' })
      }
    } finally {
      await s3.close()
    }
  })

  async function put(storage: ObjectStorage, prefix: string) {
    for (const entry of await readdir(join(show, 'own'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      await storage.put(`${prefix}/${path.slice(join(show, 'own').length + 1)}`, path)
    }
  }
})
