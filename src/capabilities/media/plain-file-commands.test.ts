import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { runCli } from '../../platform/cli/run-cli.ts'
import { mediaCommands } from './index.ts'

async function inFolder(check: (path: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'media-commands-'))
  try {
    await check((name) => join(folder, name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(...argv: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const options = { env: {}, stdout, stderr, version: '0', register: mediaCommands }
  const code = await runCli({ ...options, argv: ['media', ...argv, '--json'] })
  const text = String((code === 0 ? stdout : stderr).read())
  return { code, json: JSON.parse(text) }
}

const keep = [
  { startFrame: 0, endFrame: 50, startMs: 0, endMs: 2000 },
  { startFrame: 75, endFrame: 100, startMs: 3000, endMs: 4000 },
]
const analysis = { frameRate: { num: 25, den: 1 }, frames: 100, keep }
const word = { text: 'bees', startMs: 0, endMs: 500, confidence: 0.9 }

describe('media export', () => {
  test('writes the tight cut of an analysis, and says what it had to assume', () =>
    inFolder(async (path) => {
      await writeFile(path('talk.json'), JSON.stringify(analysis))
      const done = await run(
        'export',
        path('talk.json'),
        '--format',
        'fcpxml',
        '--out',
        path('new/cut.fcpxml'),
      )
      assert.equal(done.code, 0)
      assert.deepEqual([done.json.out, done.json.events, done.json.frames], [path('new/cut.fcpxml'), 2, 75])
      assert.match(done.json.notes[0], /1920 × 1080 is assumed/)
      assert.match(await readFile(path('new/cut.fcpxml'), 'utf8'), /<asset-clip /)
    }))

  test('names the recording that --source names, also one of another machine', () =>
    inFolder(async (path) => {
      const source = { width: 1280, height: 720, channels: 0 }
      await writeFile(path('cuts.json'), JSON.stringify({ ...analysis, source }))
      const out = path('cut.xml')
      const asked = ['--format', 'xmeml', '--out', out, '--source', 'D:\\day 1\\talk.mp4']
      const done = await run('export', path('cuts.json'), ...asked)
      assert.deepEqual(done.json.notes, [])
      const text = await readFile(out, 'utf8')
      assert.match(text, /<pathurl>file:\/\/localhost\/D:\/day%201\/talk\.mp4<\/pathurl>/)
      assert.match(text, /<width>1280<\/width>/)
      assert.doesNotMatch(text, /<audio>/)
    }))

  test('takes a cut list as it is', () =>
    inFolder(async (path) => {
      const events = [{ sourceStartFrame: 10, sourceEndFrame: 20, name: 'One' }]
      const list = { frameRate: { num: 25, den: 1 }, source: { name: 'a.mp4', durationFrames: 100 }, events }
      await writeFile(path('best.json'), JSON.stringify(list))
      const done = await run('export', path('best.json'), '--format', 'edl', '--out', path('best.edl'))
      assert.equal(done.json.events, 1)
      assert.match(await readFile(path('best.edl'), 'utf8'), /^TITLE: {3}best \(25 fps\)\n/)
    }))

  test('refuses what is no cut list with exit code 2, and writes nothing', () =>
    inFolder(async (path) => {
      for (const text of [
        '{}',
        'cut',
        '[]',
        '{"items":[{"startMs":0,"endMs":5}]}',
        '{"keep":[],"frames":5}',
      ]) {
        await writeFile(path('x.json'), text)
        const done = await run('export', path('x.json'), '--format', 'csv', '--out', path('x.csv'))
        assert.deepEqual([done.code, done.json.error.code], [2, 'cutList.invalid'])
      }
      await assert.rejects(readFile(path('x.csv')), { code: 'ENOENT' })
    }))
})

describe('media captions', () => {
  test('lays out words and names those to review', () =>
    inFolder(async (path) => {
      const unsure = { text: 'dance.', startMs: 500, endMs: 900, confidence: 0.3 }
      await writeFile(path('words.json'), JSON.stringify({ words: [word, unsure] }))
      const done = await run('captions', '--words', path('words.json'), '--out', path('talk.srt'))
      assert.equal(done.code, 0)
      assert.deepEqual(done.json.cues, [{ startMs: 0, endMs: 900, text: 'bees dance.' }])
      assert.deepEqual(done.json.needsReview, [unsure])
      assert.equal(done.json.engine, 'words')
      assert.equal(
        await readFile(path('talk.srt'), 'utf8'),
        '1\n00:00:00,000 --> 00:00:00,900\nbees dance.\n',
      )
    }))

  test('converts between formats, UTF-16 included', () =>
    inFolder(async (path) => {
      const srt = '\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nGröße\r\n'
      await writeFile(path('in.srt'), Buffer.from(srt, 'utf16le'))
      const done = await run('captions', '--convert', path('in.srt'), '--out', path('out.vtt'))
      assert.deepEqual([done.code, done.json.engine, done.json.words], [0, 'convert', []])
      const again = await run('captions', '--convert', path('out.vtt'), '--out', path('out.ass'))
      assert.equal(again.json.cues[0].text, 'Größe')
      assert.match(await readFile(path('out.ass'), 'utf8'), /^Dialogue: .*,,Größe$/m)
    }))

  test('takes one source, and refuses what it cannot read', () =>
    inFolder(async (path) => {
      const code = async (...argv: string[]) => {
        const done = await run('captions', ...argv)
        return [done.code, done.json.error.code]
      }
      await writeFile(path('bad.srt'), Buffer.from([0x31, 0x0a, 0xff, 0xc0]))
      await writeFile(path('words.json'), '[]')
      const srt = ['--out', path('x.srt')]
      assert.deepEqual(await code('talk.mp4', ...srt), [2, 'cli.fileMissing'])
      assert.deepEqual(await code('talk.mp4', '--words', 'w.json', ...srt), [2, 'captions.needsWords'])
      assert.deepEqual(await code(...srt), [2, 'captions.needsWords'])
      assert.deepEqual(await code('--convert', path('bad.srt'), ...srt), [2, 'captions.unreadable'])
      assert.deepEqual(await code('--words', path('bad.srt'), ...srt), [2, 'captions.badWords'])
      assert.deepEqual(await code('--words', path('words.json'), ...srt), [2, 'captions.empty'])
      assert.deepEqual(await code('--words', path('words.json'), '--out', 'x.txt'), [2, 'captions.badOutput'])
      assert.deepEqual(await code('--words', path('gone.json'), ...srt), [2, 'cli.fileMissing'])
    }))
})
