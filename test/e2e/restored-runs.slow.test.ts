import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { clientOf, endOf, startOn } from './produce.ts'
import { smallRecording } from './small-recording.ts'
import { runCli } from './spawn-cli.ts'
import { startApp, type TestApp } from './start-app.ts'
import { until } from './up.ts'

describe('a backup that was made in the middle of the work', () => {
  const apps: TestApp[] = []
  let dir: string

  after(async () => {
    for (const app of apps) await app.stop()
    await rm(dir, { recursive: true, force: true })
  })

  test('is restored on another machine, and the work goes on there to its end', async () => {
    dir = await mkdtemp(join(tmpdir(), 'creatorops-restored-'))
    const first = await startApp()
    apps.push(first)
    const { id, assetId } = await startOn(clientOf(first), await smallRecording(dir))
    await until('the analysis is done', async () => {
      const { percent } = await clientOf(first).get<{ percent: number }>(`/productions/${id}`)
      return percent > 15
    })
    const saved = await runCli(['backup', '--out', join(dir, 'backup'), '--json'], { home: first.home })
    assert.equal(saved.code, 0, saved.stderr)
    await first.shutDown('SIGKILL')

    const home = join(dir, 'home')
    const restored = await runCli(['restore', join(dir, 'backup'), '--json'], { home })
    assert.equal(restored.code, 0, restored.stderr)
    const second = await startApp({ home })
    apps.push(second)
    const done = await endOf(clientOf(second), id)
    assert.equal(done.state, 'succeeded')
    assert.ok(done.clips.length > 0 && done.hlsUrl)
    const { items } = await clientOf(second).get<{ items: Array<{ id: string; kind: string }> }>('/assets')
    const ofKind = (kind: string) => items.filter((asset) => asset.kind === kind)
    assert.deepEqual(
      ofKind('recording').map((asset) => asset.id),
      [assetId],
    )
    assert.equal(ofKind('clip').length, done.clips.length)
  })
})
