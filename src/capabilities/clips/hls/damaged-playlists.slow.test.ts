import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { cp, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, beforeEach, describe, test } from 'node:test'
import { readCodedClip, writeCodedSource } from '../../../../test/fixtures/frame-code.ts'
import { packHls } from '../../../../test/fixtures/hls-package.ts'
import { runCli } from '../../../platform/cli/run-cli.ts'
import { clipCommands, cutPlaylistClip } from '../index.ts'

describe('HLS programmes that are encrypted, in one file, damaged or hostile', { concurrency: false }, () => {
  let dir = ''
  let show = ''
  let out = ''
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hls-bad-'))
    const path = join(dir, 'source.mp4')
    const fps = { num: 30, den: 1 }
    writeCodedSource(path, { frames: 240, fps, gop: 30, bFrames: 2, preset: 'veryfast' })
    await packHls(path, join(dir, 'ts'), { type: 'mpegts' })
    await packHls(path, join(dir, 'mp4'), { type: 'fmp4' })
  })
  beforeEach(async () => {
    await rm(join(dir, 'show'), { recursive: true, force: true })
    show = join(dir, 'show')
    out = join(dir, 'clip.mp4')
    await rm(out, { force: true })
    await cp(join(dir, 'ts'), show, { recursive: true })
  })
  after(() => rm(dir, { recursive: true, force: true }))

  const cut = (name = 'index.m3u8', startMs = 2_500, endMs = 5_000) =>
    cutPlaylistClip({
      place: { kind: 'folder', playlistPath: join(show, name) },
      outPath: out,
      startMs,
      endMs,
    })
  const edit = async (change: (text: string) => string) => {
    const path = join(show, 'index.m3u8')
    await writeFile(path, change(await readFile(path, 'utf8')))
  }
  const numbers = () => readCodedClip(out).frames.map(({ number }) => number)
  const expected = Array.from({ length: 75 }, (_, index) => 75 + index)

  async function encrypt(key: Buffer, iv?: Buffer) {
    for (let index = 0; index < 4; index++) {
      const sequence = Buffer.alloc(16)
      sequence.writeUInt32BE(index, 12)
      const cipher = createCipheriv('aes-128-cbc', key, iv ?? sequence)
      const path = join(show, `${index}.ts`)
      await writeFile(path, Buffer.concat([cipher.update(await readFile(path)), cipher.final()]))
    }
    const tag = `#EXT-X-KEY:METHOD=AES-128,URI="key.bin"${iv ? `,IV=0x${iv.toString('hex')}` : ''}`
    await writeFile(join(show, 'key.bin'), key)
    await edit((text) => text.replace('#EXTINF', `${tag}\n#EXTINF`))
  }

  test('AES-128 with the key in the folder, with and without an IV', async () => {
    await encrypt(randomBytes(16))
    const receipt = await cut()
    assert.deepEqual(numbers(), expected)
    assert.equal(receipt.frames, 75)
    await cp(join(dir, 'ts'), show, { recursive: true })
    await encrypt(randomBytes(16), randomBytes(16))
    await cut()
    assert.deepEqual(numbers(), expected)
  })

  test('AES-128 whose encrypted bytes happen to begin like a page', async () => {
    const key = randomBytes(16)
    const plain = await readFile(join(show, '1.ts'))
    const beginsWith = (iv: Buffer) => createCipheriv('aes-128-cbc', key, iv).update(plain.subarray(0, 16))[0]
    let iv = randomBytes(16)
    while (beginsWith(iv) !== '<'.charCodeAt(0)) iv = randomBytes(16)
    await encrypt(key, iv)
    await cut()
    assert.deepEqual(numbers(), expected)
  })

  test('segments that are byte ranges of one file', async () => {
    for (const kind of ['ts', 'mp4']) {
      await rm(show, { recursive: true })
      await cp(join(dir, kind), show, { recursive: true })
      const extension = kind === 'ts' ? 'ts' : 'm4s'
      const pieces = await Promise.all(
        [0, 1, 2, 3].map((index) => readFile(join(show, `${index}.${extension}`))),
      )
      await writeFile(join(show, 'all.bin'), Buffer.concat(pieces))
      await edit((text) =>
        text.replace(/(\d)\.(ts|m4s)/g, (_, index) => {
          const at = index === '0' ? '@0' : ''
          return `#EXT-X-BYTERANGE:${pieces[Number(index)]!.length}${at}\nall.bin`
        }),
      )
      const receipt = await cut()
      assert.deepEqual(numbers(), expected, kind)
      assert.ok(receipt.bytesRead < pieces.reduce((sum, piece) => sum + piece.length, 0) * 0.9)
    }
  })

  const broken: [string, () => Promise<unknown>, string][] = [
    ['a missing segment', () => rm(join(show, '1.ts')), 'clips.segmentMissing'],
    [
      'a segment of HTML',
      () => writeFile(join(show, '1.ts'), '<!doctype html><title>404</title>'),
      'clips.segmentDamaged',
    ],
    ['an empty segment', () => writeFile(join(show, '1.ts'), ''), 'clips.segmentDamaged'],
    ['a segment of noise', () => writeFile(join(show, '1.ts'), randomBytes(9_400)), 'clips.segmentDamaged'],
    ['a segment that is cut off', () => truncate(join(show, '1.ts'), 5_000), 'clips.segmentDamaged'],
    ['one cut off between packets', () => cutOff('1.ts', 2), 'clips.segmentDamaged'],
    ['the last one cut off between packets', () => cutOff('2.ts', 4), 'clips.segmentDamaged'],
    [
      'a gap',
      () => edit((text) => text.replace(/(#EXTINF:.*\n1\.ts)/, '#EXT-X-GAP\n$1')),
      'clips.programmeGap',
    ],
    [
      'a wrong key',
      async () => {
        await encrypt(randomBytes(16))
        await writeFile(join(show, 'key.bin'), randomBytes(16))
      },
      'clips.wrongKey',
    ],
    [
      'a key that is too short',
      async () => {
        await encrypt(randomBytes(16))
        await writeFile(join(show, 'key.bin'), 'short')
      },
      'clips.wrongKey',
    ],
    [
      'a missing key',
      async () => {
        await encrypt(randomBytes(16))
        await rm(join(show, 'key.bin'))
      },
      'clips.segmentMissing',
    ],
    ['a playlist of HTML', () => edit(() => '<html></html>'), 'clips.playlistInvalid'],
    [
      'a range beyond the end',
      () => edit((text) => text.replace(/#EXTINF:.*\n[23]\.ts\n/g, '')),
      'clips.outOfRange',
    ],
    [
      'packed sound',
      () => writeFile(join(show, '1.ts'), Buffer.from('ID3'.padEnd(400))),
      'clips.playlistUnsupported',
    ],
  ]

  /** Leaves one share of so many of a file, to the end of a packet of a transport stream. */
  async function cutOff(name: string, shares: number) {
    const path = join(show, name)
    const { size } = await stat(path)
    await truncate(path, Math.floor(size / 188 / shares) * 188)
  }

  for (const [what, damage, code] of broken) {
    test(`${what} fails clearly and leaves nothing`, async () => {
      await damage()
      await assert.rejects(cut(), { code })
      assert.deepEqual(
        (await readdir(dir)).filter((name) => name.includes('clip')),
        [],
      )
    })
  }

  test('a playlist that names anything foreign is refused before a segment is read', async () => {
    for (const uri of ['file:///etc/passwd', '/etc/passwd', '../source.mp4', 'http://127.0.0.1:9/3.ts']) {
      for (const change of [
        (text: string) => text.replace('3.ts', uri),
        (text: string) => text.replace('#EXTINF', `#EXT-X-KEY:METHOD=AES-128,URI="${uri}"\n#EXTINF`),
        (text: string) => text.replace('#EXTINF', `#EXT-X-MAP:URI="${uri}"\n#EXTINF`),
        () => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\n${uri}\n`,
      ]) {
        await cp(join(dir, 'ts/index.m3u8'), join(show, 'index.m3u8'))
        await edit(change)
        await assert.rejects(cut('index.m3u8', 100, 200), { code: 'clips.playlistRefused' }, uri)
      }
    }
  })

  test('an event that has not ended is cut as far as it goes', async () => {
    await edit((text) => text.replace('TYPE:VOD', 'TYPE:EVENT').replace('#EXT-X-ENDLIST\n', ''))
    await cut()
    assert.deepEqual(numbers(), expected)
  })

  test('the command line cuts a playlist, stitches a list and refuses an address inside', async () => {
    const playlist = [
      'clips',
      'cut',
      join(show, 'index.m3u8'),
      '--from',
      '2.5',
      '--to',
      '5',
      '--out',
      out,
      '--json',
    ]
    const cutting = await run(playlist)
    assert.equal(cutting.code, 0, cutting.stderr)
    assert.equal((JSON.parse(cutting.stdout) as { frames: number }).frames, 75)
    assert.deepEqual(numbers(), expected)

    const list = join(dir, 'list.json')
    const parts = [
      { source: 'source.mp4', from: '60f', to: '90f' },
      { source: './source.mp4', from: 0.5, to: '00:00:01' },
    ]
    await writeFile(list, JSON.stringify(parts))
    const stitching = await run(['clips', 'stitch', list, '--out', out, '--json'])
    assert.equal(stitching.code, 0, stitching.stderr)
    const receipt = JSON.parse(stitching.stdout) as { frames: number; parts: { frames: number }[] }
    assert.deepEqual([receipt.frames, receipt.parts.map(({ frames }) => frames)], [45, [30, 15]])
    assert.equal(numbers()[0], 60)

    await writeFile(list, JSON.stringify([{ source: 'source.mp4', from: 1, to: 99 }]))
    for (const args of [
      ['clips', 'stitch', list, '--out', out, '--json'],
      ['clips', 'stitch', list, '--out', join(dir, 'source.mp4'), '--json'],
      ['clips', 'stitch', join(show, 'index.m3u8'), '--out', out, '--json'],
      ['clips', 'cut', 'http://127.0.0.1:9/a.m3u8', '--from', '1', '--to', '2', '--out', out, '--json'],
    ]) {
      const { code, stderr } = await run(args)
      assert.equal(code, 2, stderr)
    }
    assert.deepEqual(
      (await readdir(dir)).filter((name) => name.startsWith('.')),
      [],
    )
  })

  async function run(argv: string[]) {
    const stdout = new PassThrough()
    const stderr = new PassThrough()
    const code = await runCli({
      argv,
      env: { CREATOROPS_HOME: dir },
      stdout,
      stderr,
      version: 'test',
      register: (program, cli) => clipCommands(program, cli),
    })
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }
  }
})
