import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readDash } from '../../../../test/fixtures/dash-reader.ts'
import { engineCases } from '../../../../test/fixtures/media/engines.ts'
import { makeMedia } from '../../../../test/fixtures/media/make-media.ts'
import type { MediaEngine } from '../../../platform/ffmpeg/engine.ts'
import { type PackageMedia, packageMedia } from '../package-media.ts'

const ffmpeg = ['/usr/bin/ffmpeg', '/usr/local/bin/ffmpeg'].find(
  (candidate) => spawnSync(candidate, ['-version']).status === 0,
)
const captions = [{ language: 'en', name: 'English', cues: [{ startMs: 500, endMs: 2_000, text: 'Hello' }] }]

for (const { name, skip, open } of engineCases()) {
  describe(`HLS and DASH from one set of segments, through ${name}`, { skip }, () => {
    const engine: MediaEngine = open()
    let dir = ''
    let path = ''
    const pack = async (folder: string, options: Partial<PackageMedia> = {}) => {
      const outDir = join(dir, folder)
      return { outDir, ...(await packageMedia({ engine }, { path, outDir, ...options })) }
    }
    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'packaging-'))
      path = await makeMedia({
        path: join(dir, 'talk.mp4'),
        seconds: 9,
        width: 854,
        height: 480,
        rate: '30000/1001',
      })
    })
    after(() => rm(dir, { recursive: true, force: true }))

    test('another parser reads the same qualities, and every file it names is there', async () => {
      const made = await pack('both', { sizes: 'all', captions })
      assert.deepEqual(
        made.renditions.map((one) => one.name),
        ['480p', '360p', '240p'],
      )
      const read = readDash(await readFile(join(made.outDir, made.dash!), 'utf8'), 'http://p/x.mpd')
      assert.deepEqual(
        read.playlists.map(({ attributes }) => attributes.RESOLUTION!.height),
        [480, 360, 240],
      )
      const sounds = Object.values(read.mediaGroups.AUDIO.audio ?? {}).flatMap((one) => one.playlists)
      assert.equal(sounds.length, 1)
      for (const { segments } of [...read.playlists, ...sounds]) {
        const totalS = segments.reduce((sum, { duration }) => sum + duration, 0)
        assert.ok(Math.abs(totalS - 9) < 0.1, `${totalS} s`)
        for (const { resolvedUri, map } of segments) {
          for (const uri of [resolvedUri, map.resolvedUri])
            await readFile(join(made.outDir, new URL(uri).pathname))
        }
      }
      const master = await readFile(join(made.outDir, made.hls), 'utf8')
      assert.match(master, /TYPE=SUBTITLES,GROUP-ID="captions",NAME="English",LANGUAGE="en"/)
      assert.match(master, /CODECS="mp4a.40.2",AUDIO="audio"\naudio\/index.m3u8/)
      assert.match(master, /EXT-X-IMAGE-STREAM-INF/)
      assert.ok((await readdir(join(made.outDir, 'thumbnails'))).includes('00000.jpg'))
    })

    test(
      'FFmpeg decodes the same frames from either',
      { skip: ffmpeg ? false : 'no FFmpeg program' },
      async () => {
        const made = await pack('frames', { maxHeight: 360 })
        const frames = (manifest: string) =>
          spawnSync(ffmpeg!, [
            '-v',
            'error',
            '-i',
            join(made.outDir, manifest),
            '-map',
            '0:v:0',
            '-f',
            'framemd5',
            '-',
          ])
            .stdout.toString()
            .split('\n')
            .filter((line) => line !== '' && !line.startsWith('#'))
            .map((line) => line.split(',').at(-1))
        const fromHls = frames(made.hls)
        assert.equal(fromHls.length, 270)
        assert.deepEqual(frames(made.dash!), fromHls)
      },
    )

    test('the thumbnails of a package that is only copied come from key frames', async () => {
      const small = await makeMedia({ path: join(dir, 'small.mp4'), seconds: 5, width: 320, height: 180 })
      const made = await pack('copied', { path: small })
      assert.deepEqual(
        made.renditions.map(({ copied }) => copied),
        [true],
      )
      assert.equal(made.thumbnails!.sheets, 1)
      const sheet = await readFile(join(made.outDir, 'thumbnails/00000.jpg'))
      assert.equal(sheet.subarray(0, 2).toString('hex'), 'ffd8')
    })

    test('an encrypted package has no DASH manifest, and its segments are unreadable without the key', async () => {
      const key = randomBytes(16)
      const made = await pack('locked', { maxHeight: 240, encryption: { key, keyUri: 'key.bin' } })
      assert.deepEqual([made.dash, made.encrypted], [null, true])
      assert.ok(!(await readdir(made.outDir)).includes('manifest.mpd'))
      const folder = join(made.outDir, '240p')
      const first = await readFile(join(folder, '00000.m4s'))
      assert.equal(first.includes('moof'), false)
      assert.match(await readFile(join(folder, 'index.m3u8'), 'utf8'), /METHOD=AES-128,URI="key.bin"/)
    })
  })
}
