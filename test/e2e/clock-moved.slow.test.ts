import assert from 'node:assert/strict'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ApiClient } from '../../src/platform/cli/api-client.ts'
import { anotherContent, clientOf, endOf, startOn } from './produce.ts'
import { smallRecording } from './small-recording.ts'
import { startApp, type TestApp } from './start-app.ts'
import { until } from './up.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

describe('when the clock of a running installation is moved', () => {
  let dir: string
  let app: TestApp
  let client: ApiClient
  let recording: string

  const moveClock = async (offsetMs: number) => {
    // Replaced as a whole, so that no process reads half a number.
    await writeFile(join(dir, 'next'), String(offsetMs))
    await rename(join(dir, 'next'), join(dir, 'offset'))
  }
  const isReady = async () => (await fetch(`${app.url}/readyz`)).ok
  const production = (id: string) => client.get<{ state: string }>(`/productions/${id}`)
  const statusOf = async (path: string) => {
    const answer = await fetch(app.url + path)
    await answer.body?.cancel()
    return answer.status
  }

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'creatorops-clock-'))
    await moveClock(0)
    app = await startApp({
      env: {
        MOVED_CLOCK_FILE: join(dir, 'offset'),
        NODE_OPTIONS: `--import=${resolve(import.meta.dirname, 'moved-clock.ts')}`,
      },
    })
    client = clientOf(app)
    recording = await smallRecording(dir)
  })
  after(async () => {
    await app?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  test('two days ahead, the work under way goes on to its end and what was promised for an hour has ended', async () => {
    const { id, assetId } = await startOn(client, recording)
    const { url } = await client.get<{ url: string }>(`/assets/${assetId}`)
    assert.equal(await statusOf(url), 200)
    await until('the run has begun', async () => (await production(id)).state === 'running')
    await moveClock(2 * dayMs)

    assert.equal((await endOf(client, id)).state, 'succeeded')
    assert.equal(await statusOf(url), 410)
    const fresh = await client.get<{ url: string }>(`/assets/${assetId}`)
    assert.equal(await statusOf(fresh.url), 200)
    assert.ok(await isReady())
  })

  test('and back by three, new work is done, limits count on, and nobody waits for the clock', async () => {
    await moveClock(-dayMs)
    const { id } = await startOn(client, await anotherContent(recording, join(dir, 'another.mp4')))
    const done = await endOf(client, id)
    assert.equal(done.state, 'succeeded')
    assert.equal(done.clips.length > 0, true)
    const answer = await app.api('/me')
    assert.equal(answer.status, 200)
    const resetS = Number(answer.headers.get('x-ratelimit-reset'))
    assert.ok(resetS >= 1 && resetS <= 60, `the window ends in ${resetS} s`)
    assert.ok(await isReady())
  })

  test('a restart at the moved time finds everything in order', async () => {
    await app.shutDown()
    app = await app.restart()
    client = clientOf(app)
    const { items } = await client.get<{ items: Array<{ state: string }> }>('/productions')
    assert.deepEqual(
      items.map(({ state }) => state),
      ['succeeded', 'succeeded'],
    )
    const { id } = await startOn(client, await anotherContent(recording, join(dir, 'third.mp4')))
    assert.equal((await endOf(client, id)).state, 'succeeded')
  })
})
