import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ApiClient } from '../../src/platform/cli/api-client.ts'
import { makeMedia } from '../fixtures/media/make-media.ts'
import { clientOf, endOf, startOn, storedFiles } from './produce.ts'
import { startApp, type TestApp } from './start-app.ts'
import { until } from './up.ts'

const skip =
  process.platform === 'linux' && process.getuid?.() === 0 ? false : 'only root may mount a small disk'
const diskBytes = 32 * 1024 * 1024
/** Where finished files go, and where they are made. */
const parts = ['objects', 'work'] as const

describe('a full disk', { skip }, () => {
  let home: string
  let dir: string
  let app: TestApp
  let client: ApiClient
  const mounted: string[] = []
  const filler = (part: (typeof parts)[number]) => join(home, part, 'filler')

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'creatorops-full-'))
    dir = await mkdtemp(join(tmpdir(), 'creatorops-full-media-'))
    try {
      for (const part of parts) {
        await mkdir(join(home, part))
        const place = ['tmpfs', join(home, part)]
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, ...place], { stdio: 'pipe' })
        mounted.push(part)
      }
    } catch {
      // A container may forbid it even to root; the tests are left out then.
      return
    }
    app = await startApp({ home })
    client = clientOf(app)
  })
  after(async () => {
    await app?.shutDown()
    for (const part of mounted) execFileSync('umount', [join(home, part)])
    for (const path of [home, dir]) await rm(path, { recursive: true, force: true })
  })

  /** Leaves so many bytes free on one of the small disks. */
  async function leaveFree(part: (typeof parts)[number], bytes: number): Promise<void> {
    await rm(filler(part), { force: true })
    const { bavail, bsize } = await statfs(join(home, part))
    await writeFile(filler(part), Buffer.alloc(Math.max(0, bavail * bsize - bytes)))
  }
  const make = (name: string) =>
    makeMedia({
      path: join(dir, name),
      seconds: 20,
      sound: `0.${name.length}*sin(${name.length}00*PI*t)`,
      video: { options: { crf: '28' } },
    })
  const others = () => storedFiles(home).filter((name) => !name.endsWith('/filler'))

  test('refuses an upload in a word, keeps nothing of it, and takes it when there is room', async (t) => {
    if (mounted.length < parts.length) return t.skip('mounting is not allowed here')
    const recording = await make('recording.mp4')
    await leaveFree('objects', 100_000)
    const askedAt = performance.now()
    await assert.rejects(
      client.upload(recording),
      (error: Error & { code: string; row: { status: number } }) => {
        assert.deepEqual([error.code, error.row.status], ['storage.full', 507])
        assert.match(error.message, /no room/)
        return true
      },
    )
    assert.ok(performance.now() - askedAt < 5_000, 'it is not tried again and again')
    assert.deepEqual(others(), [])
    assert.equal((await fetch(`${app.url}/readyz`)).status, 200)

    await leaveFree('objects', 4_000_000)
    assert.match((await client.upload(recording)).assetId, /^asset_/)
  })

  for (const [part, code] of [
    ['objects', 'storage.full'],
    ['work', 'ffmpeg.diskFull'],
  ] as const) {
    test(`ends a run with the reason (${part}), keeps the recording, and a retry goes through`, async (t) => {
      if (mounted.length < parts.length) return t.skip('mounting is not allowed here')
      const recording = await make(`${part}.mp4`)
      await leaveFree(part, part === 'objects' ? (await stat(recording)).size + 80_000 : 60_000)
      const { id, runId, assetId } = await startOn(client, recording)
      const failed = await endOf(client, id)
      assert.deepEqual([failed.state, failed.error?.code], ['failed', code], failed.error?.message)
      assert.deepEqual([failed.clips, failed.drafts], [[], []])
      assert.equal((await app.api(`/assets/${assetId}`)).status, 200)
      await until('nothing is on its way', () => others().every((name) => name.startsWith('objects/')))

      await rm(filler(part))
      await client.post(`/runs/${runId}/retry`)
      const done = await endOf(client, id)
      assert.equal(done.state, 'succeeded', JSON.stringify(done.error))
      assert.ok(done.hlsUrl)
    })
  }
})
