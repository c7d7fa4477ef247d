import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { boxNames } from './load-segment.ts'
import { openLocalRoot } from './local-root.ts'
import { coverRange } from './map-range.ts'
import { type MediaPlaylist, chooseVariant, readPlaylist } from './playlist.ts'
import { distanceMs } from './read-times.ts'

function media(lines: string[]): MediaPlaylist {
  const playlist = readPlaylist(['#EXTM3U', '#EXT-X-VERSION:7', ...lines, '#EXT-X-ENDLIST', ''].join('\n'))
  assert.equal(playlist.kind, 'media')
  return playlist as MediaPlaylist
}

const four = ['a', 'b', 'c', 'd'].flatMap((name) => ['#EXTINF:2.000,', `${name}.ts`])

describe('reading a playlist', () => {
  test('stretches end at discontinuities and where the initialization section changes', () => {
    const playlist = media([
      '#EXT-X-MAP:URI="1.mp4"',
      '#EXTINF:2,',
      'a.m4s',
      '#EXTINF:2.5,',
      'b.m4s',
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:3,',
      'c.m4s',
      '#EXT-X-MAP:URI="2.mp4"',
      '#EXTINF:1,',
      'd.m4s',
    ])
    assert.deepEqual(playlist.stretches, [
      { first: 0, last: 1, startMs: 0, endMs: 4_500 },
      { first: 2, last: 2, startMs: 4_500, endMs: 7_500 },
      { first: 3, last: 3, startMs: 7_500, endMs: 8_500 },
    ])
    assert.equal(playlist.durationMs, 8_500)
  })

  test('byte ranges, keys, gaps and the wall clock are carried', () => {
    const playlist = media([
      '#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.000Z',
      '#EXT-X-KEY:METHOD=AES-128,URI="k.bin",IV=0x000102030405060708090a0b0c0d0e0f',
      '#EXTINF:2,',
      '#EXT-X-BYTERANGE:100@20',
      'a.ts',
      '#EXTINF:2,',
      '#EXT-X-BYTERANGE:50',
      'a.ts',
      '#EXT-X-KEY:METHOD=NONE',
      '#EXT-X-GAP',
      '#EXTINF:2,',
      'b.ts',
    ])
    const [first, second, third] = playlist.segments
    assert.deepEqual(first!.byteRange, { offset: 20, length: 100 })
    assert.deepEqual(second!.byteRange, { offset: 120, length: 50 })
    assert.equal(first!.key!.uri, 'k.bin')
    assert.equal(first!.key!.iv!.toString('hex'), '000102030405060708090a0b0c0d0e0f')
    assert.deepEqual([third!.key, third!.isGap], [undefined, true])
    assert.equal(playlist.startsAt!.toISOString(), '2026-01-02T03:04:05.000Z')
  })

  test('what is no playlist is refused', () => {
    for (const text of ['', 'hello', '<html>', '#EXTM3U\n', '#EXTM3U8 \n', '#EXTM3U\n#EXTINF:-1,\na.ts\n']) {
      assert.throws(() => readPlaylist(text), { code: 'clips.playlistInvalid' }, text)
    }
    const foreign = '#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"\n#EXTINF:1,\na.ts\n'
    assert.throws(() => readPlaylist(foreign), { code: 'clips.playlistUnsupported' })
  })

  test('any text is read or refused, never anything else', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '#EXTINF:2,',
        '#EXT-X-DISCONTINUITY',
        '#EXT-X-MAP:URI="a"',
        '#EXT-X-BYTERANGE:1',
        'a.ts',
      ),
      fc.constantFrom('#EXT-X-STREAM-INF:BANDWIDTH=1', '#EXT-X-KEY:METHOD=AES-128', '#EXT-X-ENDLIST', ''),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          readPlaylist(['#EXTM3U', ...lines].join('\n'))
        } catch (error) {
          assert.match((error as { code: string }).code, /^clips\.playlist/)
        }
      }),
    )
  })

  test('a variant is chosen by quality or height', () => {
    const playlist = readPlaylist(
      [
        '#EXTM3U',
        ...[
          [2, 720],
          [9, 1080],
          [1, 480],
          [8, 1080],
        ].flatMap(([bandwidth, height]) => [
          `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},RESOLUTION=${(height! * 16) / 9}x${height}`,
          `${bandwidth}.m3u8`,
        ]),
      ].join('\n'),
    )
    assert.ok(playlist.kind === 'multivariant')
    assert.equal(chooseVariant(playlist, 'best').uri, '9.m3u8')
    assert.equal(chooseVariant(playlist, 'smallest').uri, '1.m3u8')
    assert.equal(chooseVariant(playlist, '720').uri, '2.m3u8')
    assert.throws(() => chooseVariant(playlist, '360'), { code: 'clips.noVariant' })
  })
})

describe('from a range to segments', () => {
  const indexes = (startMs: number, endMs: number) =>
    coverRange(media(four), { startMs, endMs }).map(({ first, last }) => [first, last])

  test('only those that cover it, and the one before for the sound at its very beginning', () => {
    assert.deepEqual(indexes(2_500, 3_900), [[1, 1]])
    assert.deepEqual(indexes(2_500, 4_000), [[1, 1]])
    assert.deepEqual(indexes(2_500, 4_001), [[1, 2]])
    assert.deepEqual(indexes(2_000, 3_000), [[0, 1]])
    assert.deepEqual(indexes(0, 8_000), [[0, 3]])
  })

  test('beyond the end and over a gap it fails', () => {
    assert.throws(() => indexes(1_000, 9_000), { code: 'clips.outOfRange' })
    assert.throws(() => indexes(8_000, 8_100), { code: 'clips.outOfRange' })
    const gap = media([...four.slice(0, 2), '#EXT-X-GAP', ...four.slice(2)])
    assert.throws(() => coverRange(gap, { startMs: 1_000, endMs: 2_100 }), { code: 'clips.programmeGap' })
    assert.equal(coverRange(gap, { startMs: 4_050, endMs: 5_000 })[0]!.first, 2)
  })

  test('a playlist of 100,000 segments is no effort', () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `#EXTINF:4.000,\n${index}.ts`)
    const startedAt = performance.now()
    const found = coverRange(media(lines), { startMs: 399_000_500, endMs: 399_003_000 })
    assert.deepEqual([found[0]!.first, found[0]!.last], [99_750, 99_750])
    assert.ok(performance.now() - startedAt < 5_000)
  })

  test('a clock that began again is followed', () => {
    const clock = { num: 1, den: 90_000 }
    assert.equal(distanceMs(2 ** 33 - 90_000, 90_000, clock, 2_010), 2_000)
    assert.equal(distanceMs(900, 90_900, clock, 990), 1_000)
  })
})

describe('what a local playlist may name', () => {
  let dir = ''
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'root-'))
    await mkdir(join(dir, 'show/v'), { recursive: true })
    await writeFile(join(dir, 'secret.ts'), 'secret')
    await writeFile(join(dir, 'show/v/a b.ts'), 'segment')
    await symlink(join(dir, 'secret.ts'), join(dir, 'show/v/link.ts'))
    await symlink('/dev/zero', join(dir, 'show/v/zero.ts'))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  test('files in its folder and below, and nothing else', async () => {
    const root = await openLocalRoot(join(dir, 'show/master.m3u8'))
    const from = join(dir, 'show/v/index.m3u8')
    const good = root.locate('a%20b.ts?token=1#t', from)
    assert.equal((await root.read(good)).toString(), 'segment')
    assert.equal(root.bytesRead(), 7)
    for (const uri of [
      'file:///etc/passwd',
      'FILE:a.ts',
      'http://127.0.0.1/a.ts',
      'https://example.com/a.ts',
      'data:text/plain,a',
      'concat:a.ts|b.ts',
      '//example.com/a.ts',
      '/etc/passwd',
      '../../secret.ts',
      '%2e%2e/%2e%2e/secret.ts',
      '..\\..\\secret.ts',
      'a%00.ts',
      '..',
      '',
    ]) {
      assert.throws(() => root.locate(uri, from), { code: 'clips.playlistRefused' }, uri)
    }
    await assert.rejects(root.read(root.locate('link.ts', from)), { code: 'clips.playlistRefused' })
    await assert.rejects(root.read(root.locate('zero.ts', from)), { code: 'clips.playlistRefused' })
    await assert.rejects(root.read(root.locate('none.ts', from)), { code: 'clips.segmentMissing' })
    assert.equal(root.bytesRead(), 7)
  })
})

test('the boxes of an MP4 piece are named, and a piece that is cut off is not', () => {
  const box = (name: string, size: number) => {
    const bytes = Buffer.alloc(size)
    bytes.writeUInt32BE(size)
    bytes.write(name, 4, 'latin1')
    return bytes
  }
  const piece = Buffer.concat([box('moof', 20), box('mdat', 30)])
  assert.deepEqual(boxNames(piece), ['moof', 'mdat'])
  assert.equal(boxNames(piece.subarray(0, 49)), undefined)
  assert.equal(boxNames(Buffer.from('<html><body>')), undefined)
})
