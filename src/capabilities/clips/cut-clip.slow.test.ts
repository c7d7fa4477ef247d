import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { readCodedClip, writeCodedSource } from '../../../test/fixtures/frame-code.ts'
import { runCli } from '../../platform/cli/run-cli.ts'
import { clipCommands, cutClip } from './index.ts'

const fps = { num: 30, den: 1 }

describe('cutting a clip in a process of its own', { concurrency: false }, () => {
  let dir = ''
  let source = ''
  let out = ''
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cut-'))
    source = join(dir, 'source.mp4')
    out = join(dir, 'clip.mp4')
    writeCodedSource(source, { frames: 300, fps, gop: 60, preset: 'veryfast' })
  })
  after(() => rm(dir, { recursive: true, force: true }))

  const numbers = () => readCodedClip(out).frames.map(({ number }) => number)

  test('exact: just the frames asked for, copied but for the edges', async () => {
    const seen: number[] = []
    const receipt = await cutClip({
      sourcePath: source,
      outPath: out,
      startMs: 1_500,
      endMs: 7_000,
      onProgress: (percent) => seen.push(percent),
    })
    assert.deepEqual(
      numbers(),
      Array.from({ length: 165 }, (_, index) => index + 45),
    )
    assert.deepEqual(
      [receipt.mode, receipt.requestedFrames, receipt.frames, receipt.fallback],
      ['exact', 165, 165, null],
    )
    assert.ok(receipt.encodedMs < 700 && receipt.copiedMs > 4_800, `${receipt.encodedMs} encoded`)
    assert.ok(receipt.cpuMs > 0 && receipt.bytesRead > 0 && receipt.avOffsetMs === 0)
    assert.ok(seen.length > 0)
  })

  test('copy: begins at the nearest keyframe and says where', async () => {
    const receipt = await cutClip({
      sourcePath: source,
      outPath: out,
      startMs: 1_500,
      endMs: 7_000,
      mode: 'copy',
    })
    assert.equal(receipt.mode, 'copy')
    assert.equal(receipt.startMs, 2_000)
    assert.equal(receipt.encodedMs, 0)
    assert.equal(receipt.requestedFrames, 165)
    assert.equal(numbers()[0], 60)
    assert.equal(receipt.frames, numbers().length)
  })

  test('encode: the same frames, all anew', async () => {
    const receipt = await cutClip({
      sourcePath: source,
      outPath: out,
      startMs: 1_500,
      endMs: 3_000,
      mode: 'encode',
    })
    assert.deepEqual(
      numbers(),
      Array.from({ length: 45 }, (_, index) => index + 45),
    )
    assert.deepEqual([receipt.mode, receipt.copiedMs, receipt.encodedMs], ['encode', 0, 1_500])
  })

  for (const [why, range, code] of [
    ['reversed', { startMs: 2_000, endMs: 1_000 }, 'clips.badRange'],
    ['not a number', { startMs: Number.NaN, endMs: 1_000 }, 'clips.badRange'],
    ['shorter than a frame', { startMs: 1_001, endMs: 1_010 }, 'clips.tooShort'],
    ['beyond the end', { startMs: 9_000, endMs: 12_000 }, 'clips.outOfRange'],
    ['wholly beyond the end', { startMs: 20_000, endMs: 21_000 }, 'clips.outOfRange'],
  ] as const) {
    test(`a range that is ${why} is refused and leaves nothing`, async () => {
      await rm(out, { force: true })
      await assert.rejects(cutClip({ sourcePath: source, outPath: out, ...range }), { code })
      assert.deepEqual(
        (await readdir(dir)).filter((name) => name.startsWith('clip')),
        [],
      )
    })
  }

  test('files that are no recording are refused; a playlist is not followed', async () => {
    for (const [name, bytes] of [
      ['text.mp4', 'not a video at all'],
      ['empty.mp4', ''],
      ['list.mp4', `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://${source}\n#EXT-X-ENDLIST\n`],
      ['concat.mp4', `ffconcat version 1.0\nfile '${source}'\n`],
    ] as const) {
      const path = join(dir, name)
      await writeFile(path, bytes)
      const cut = cutClip({ sourcePath: path, outPath: out, startMs: 0, endMs: 1_000 })
      await assert.rejects(cut, { code: 'ffmpeg.unreadable' }, name)
    }
  })

  test('a recording that was cut off is cut where it is whole and refused where it is not', async () => {
    const half = join(dir, 'half.ts')
    writeCodedSource(half, { frames: 300, fps, gop: 60, preset: 'veryfast', container: 'mpegts' })
    await truncate(half, Math.floor((await readFile(half)).length / 2))
    const receipt = await cutClip({ sourcePath: half, outPath: out, startMs: 500, endMs: 2_500 })
    assert.deepEqual([receipt.frames, numbers()[0]], [60, 15])
    const beyond = cutClip({ sourcePath: half, outPath: out, startMs: 500, endMs: 9_500 })
    await assert.rejects(beyond, (error: { code: string }) => error.code.startsWith('clips.'))
  })

  test('damage inside the range fails instead of leaving frames out', async () => {
    const broken = join(dir, 'broken.mp4')
    const bytes = await readFile(source)
    // The index comes last in this file, so the middle is pictures.
    bytes.fill(0x55, Math.floor(bytes.length * 0.3), Math.floor(bytes.length * 0.45))
    await writeFile(broken, bytes)
    await rm(out, { force: true })
    const cut = cutClip({ sourcePath: broken, outPath: out, startMs: 500, endMs: 9_500, mode: 'encode' })
    await assert.rejects(cut, (error: { code: string }) =>
      ['clips.damaged', 'clips.checkFailed', 'ffmpeg.failed'].includes(error.code),
    )
    assert.equal(existsSync(out), false)
  })

  test('a finished clip is not lost to a failed one of the same name', async () => {
    await cutClip({ sourcePath: source, outPath: out, startMs: 0, endMs: 1_000 })
    await assert.rejects(cutClip({ sourcePath: source, outPath: out, startMs: 0, endMs: 60_000 }))
    assert.equal(numbers().length, 30)
  })

  test('an abort ends it and leaves nothing', async () => {
    await rm(out, { force: true })
    const abort = new AbortController()
    const cut = cutClip({
      sourcePath: source,
      outPath: out,
      startMs: 0,
      endMs: 9_000,
      mode: 'encode',
      signal: abort.signal,
    })
    abort.abort(new Error('enough'))
    await assert.rejects(cut, /enough/)
    assert.deepEqual(
      (await readdir(dir)).filter((name) => name.startsWith('clip')),
      [],
    )
  })

  test('a second cut of the same range gives the same bytes', async () => {
    const cut = () => cutClip({ sourcePath: source, outPath: out, startMs: 1_500, endMs: 5_000 })
    await cut()
    const first = await readFile(out)
    await cut()
    const second = await readFile(out)
    const at = first.findIndex((byte, index) => byte !== second[index])
    assert.ok(first.equals(second), `${first.length} and ${second.length} bytes, different from ${at} on`)
  })

  test('the command line counts frames and prints the receipt', async () => {
    const { code, stdout } = await run([
      'clips',
      'cut',
      source,
      '--from',
      '45f',
      '--to',
      '00:00:02:00',
      '--out',
      out,
      '--json',
    ])
    assert.equal(code, 0)
    const receipt = JSON.parse(stdout) as Record<string, unknown>
    const promised = 'out requestedFrames frames mode copiedMs encodedMs avOffsetMs bytesRead cpuMs fallback'
    for (const field of promised.split(' ')) assert.ok(field in receipt, field)
    assert.deepEqual([receipt['frames'], receipt['out']], [15, out])
    assert.deepEqual(
      numbers(),
      Array.from({ length: 15 }, (_, index) => index + 45),
    )
  })

  test('the command line refuses bad input with exit code 2', async () => {
    for (const args of [
      ['--from', '3', '--to', '2', '--out', out],
      ['--from', 'soon', '--to', '2', '--out', out],
      ['--from', '1', '--to', '2', '--out', join(dir, 'clip.avi')],
      ['--from', '1', '--to', '2', '--out', source],
      ['--from', '1', '--to', '99', '--out', out],
    ]) {
      const { code, stderr } = await run(['clips', 'cut', source, ...args, '--json'])
      assert.equal(code, 2, `${args.join(' ')} ${stderr}`)
      assert.match(stderr, /"code":/)
    }
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
