import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { probeMedia } from '../../src/capabilities/media/index.ts'
import type { ProcessResult } from '../../src/capabilities/productions/commands.ts'
import type { Production } from '../../src/capabilities/productions/index.ts'
import type { ApiClient } from '../../src/platform/cli/api-client.ts'
import { parseServerEvents } from '../../src/platform/cli/server-events.ts'
import { createLibraryEngine } from '../../src/platform/ffmpeg/engine.ts'
import { truncateFile } from '../fixtures/media/mp4-edits.ts'
import { commandOf, isRunning, processesOf, processTree } from './processes.ts'
import { anotherContent, clientOf, endOf, startOn, storedFiles } from './produce.ts'
import { smallRecording } from './small-recording.ts'
import { failureOf, runCli, spawnCli } from './spawn-cli.ts'
import { startApp, type TestApp } from './start-app.ts'
import { until } from './up.ts'

const sample = resolve(import.meta.dirname, '../../examples/sample/how-bees-decide.mp4')

type RunEvent = { type: string; subjectId: string; seq?: number; data: { state?: string; percent?: number } }

describe('the main job', () => {
  let app: TestApp
  let client: ApiClient
  let dir: string
  let recording: string
  let count = 0
  const fresh = () => anotherContent(recording, join(dir, `recording-${++count}.mp4`))

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'creatorops-process-'))
    ;[app, recording] = await Promise.all([startApp(), smallRecording(dir)])
    client = clientOf(app)
  })
  after(async () => {
    await app?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  test('by command: one JSON document, progress to 100, and the files it names are right', async () => {
    const out = join(dir, 'out')
    const args = [
      'process',
      recording,
      '--title',
      'Bees',
      '--wait',
      '--out',
      out,
      '--json',
      '--progress',
      'json',
    ]
    const done = await runCli(args, { home: app.home, cwd: dir })
    assert.equal(done.code, 0, done.stderr)
    const result = JSON.parse(done.stdout) as ProcessResult
    assert.match(result.assetId, /^asset_/)
    assert.match(result.runId, /^run_/)
    assert.equal(result.state, 'succeeded')
    assertProgress(done.stderr)

    const analysis = JSON.parse(await readFile(result.analysis!, 'utf8')) as { durationMs: number }
    assert.ok(Math.abs(analysis.durationMs - 36_000) < 100, `${analysis.durationMs} ms`)
    await assertPackage(result.hls!, 180)
    assert.ok((await stat(result.poster!)).size > 1000)

    assert.ok(result.clips.length >= 1 && result.clips.length <= 3)
    assert.equal(result.drafts.length, result.clips.length)
    for (const clip of result.clips) {
      const receipt = clip.receipt as { frames: number; requestedFrames: number }
      const probe = await probeMedia({ engine: createLibraryEngine() }, { path: clip.file! })
      assert.equal(probe.video[0]!.frames, receipt.frames)
      assert.equal(receipt.frames, receipt.requestedFrames)
      assert.ok(Math.abs(probe.durationMs - (clip.endMs - clip.startMs)) < 100)
      assert.ok(
        result.drafts.some((draft) => draft.clipId === clip.clipId && draft.draftId.startsWith('draft_')),
      )
    }
  })

  test('the same recording again is known, is not stored twice and takes no media work', async () => {
    const before = storedFiles(app.home).filter((name) => !name.includes('/assets/'))
    const { isDuplicate, assetId } = await client.upload(recording)
    assert.ok(isDuplicate)
    const { id } = await client.post<{ id: string }>('/productions', { assetId })
    const production = await endOf(client, id)
    assert.equal(production.state, 'succeeded', JSON.stringify(production.error))
    const after = storedFiles(app.home).filter((name) => !name.includes('/assets/'))
    assert.deepEqual(
      after.filter((name) => !before.includes(name) && /\/(?:hls|analysis)\//.test(name)),
      [],
    )
    const { items } = await client.get<{ items: Array<{ sha256: string }> }>('/assets?limit=200')
    assert.equal(new Set(items.map((asset) => asset.sha256)).size, items.length)
  })

  test('by API: events tell each state once and progress that only grows', async () => {
    const stream = await client.fetch('/api/v1/events', { headers: { accept: 'text/event-stream' } })
    const started = await startOn(client, await fresh())
    const events: RunEvent[] = []
    for await (const { data } of parseServerEvents(stream.body!)) {
      const event = data as RunEvent
      if (event.subjectId !== started.runId) continue
      events.push(event)
      if (['run.succeeded', 'run.failed', 'run.cancelled'].includes(event.type)) break
    }
    const states = events.map(({ type }) => type).filter((type) => type !== 'run.progressed')
    assert.deepEqual(states, ['run.queued', 'run.started', 'run.succeeded'])
    const percents = events.flatMap(({ type, data }) => (type === 'run.progressed' ? [data.percent!] : []))
    assert.ok(percents.length >= 4, String(percents))
    assert.deepEqual(
      percents,
      percents.toSorted((a, b) => a - b),
    )
    const seqs = events.flatMap(({ seq }) => seq ?? [])
    assert.deepEqual(
      seqs,
      seqs.toSorted((a, b) => a - b),
    )
    const production = await client.get<{ state: string; percent: number }>(`/productions/${started.id}`)
    assert.deepEqual([production.state, production.percent], ['succeeded', 100])
  })

  test('two recordings at once share the processor, and both finish', async () => {
    const paths = [await fresh(), await fresh()]
    const started = await Promise.all(paths.map((path) => startOn(client, path)))
    let areBothWorking = false
    await until(
      'both have ended',
      async () => {
        const runs = await Promise.all(
          started.map(({ runId }) => client.get<{ state: string; percent: number }>(`/runs/${runId}`)),
        )
        areBothWorking ||= runs.every(({ state, percent }) => state === 'running' && percent > 5)
        return runs.every(({ state }) => state === 'succeeded')
      },
      120_000,
    )
    assert.ok(areBothWorking, 'neither waited for the other to end')
  })

  test('a bad file between two good ones fails alone and leaves nothing', async () => {
    const bad = await truncateFile(recording, join(dir, 'cut-off.mp4'), 0.6)
    const [first, broken, last] = [
      await startOn(client, await fresh()),
      await startOn(client, bad),
      await startOn(client, await fresh()),
    ]
    const failed = await endOf(client, broken.id)
    assert.deepEqual([failed.state, failed.error?.code], ['failed', 'media.truncated'])
    assert.equal(failed.error!.message, 'The recording ends after 16.5 s, but the file says 36 s.')
    assert.equal((await app.api(`/assets/${broken.assetId}`)).status, 404)
    assert.deepEqual([failed.clips, failed.drafts], [[], []])
    for (const { id } of [first, last]) assert.equal((await endOf(client, id)).state, 'succeeded')
    await assertTidy(broken.assetId)

    const again = await runCli(['process', bad, '--json'], { home: app.home })
    assert.equal(again.code, 2)
    assert.equal(failureOf(again).code, 'media.truncated')
    assert.equal(again.stdout, '')
  })

  test('a cancel in the middle ends the media child and cleans up; a retry goes through', async () => {
    const mediaChildren = () =>
      processTree(app.pid)
        .slice(1)
        .filter((pid) => commandOf(pid).includes('-child.ts') || commandOf(pid).includes('/child.ts'))
    const started = await startOn(client, sample)
    await until(
      'media work goes on',
      async () => {
        const { stage } = await client.get<{ stage: string }>(`/runs/${started.runId}`)
        return stage === 'make' && mediaChildren().length > 0
      },
      60_000,
    )
    const children = mediaChildren()
    const cancelled = await runCli(['runs', 'cancel', started.runId, '--json'], { home: app.home })
    assert.equal(cancelled.code, 0, cancelled.stderr)
    await until('the children have ended', () => !children.some(isRunning), 10_000)
    // The state tells of the wish at once; the clean-up comes after it.
    await until('what was half made is gone', async () => {
      const { state, clips, drafts } = await client.get<Production>(`/productions/${started.id}`)
      assert.equal(state, 'cancelled')
      const isTidy = storedFiles(app.home).every((name) => !name.startsWith('work/'))
      return isTidy && clips.length === 0 && drafts.length === 0
    })
    assert.deepEqual(mediaChildren(), [])
    assert.equal((await app.api(`/assets/${started.assetId}`)).status, 200, 'the recording stays')

    let retried = { code: null as number | null, stderr: '' }
    await until('it may be retried', async () => {
      retried = await runCli(['runs', 'retry', started.runId, '--json'], { home: app.home })
      return retried.code === 0 || failureOf(retried).code !== 'durable.stillStopping'
    })
    assert.equal(retried.code, 0, retried.stderr)
    const { state, clips, drafts, error } = await endOf(client, started.id)
    assert.equal(state, 'succeeded', JSON.stringify(error))
    assert.equal(drafts.length, clips.length)
    assert.equal((await runCli(['runs', 'retry', started.runId, '--json'], { home: app.home })).code, 1)
  })

  test('without a server one is started for the call, and nothing stays running', async () => {
    await app.shutDown()
    const out = join(dir, 'alone')
    const done = await runCli(['process', recording, '--out', out, '--json', '--progress', 'json'], {
      home: app.home,
    })
    assert.equal(done.code, 0, done.stderr)
    const result = JSON.parse(done.stdout) as ProcessResult
    assertProgress(done.stderr)
    assert.ok(result.clips.length > 0)
    for (const { file } of result.clips) assert.ok((await stat(file!)).size > 1000)
    assert.deepEqual(processesOf(app.home), [])
    assert.deepEqual(
      storedFiles(app.home).filter((name) => !name.startsWith('objects/')),
      [],
    )
  })

  test('given up in the middle it leaves nothing running, and the next start goes on by itself', async () => {
    const args = ['process', await fresh(), '--json', '--progress', 'json']
    const given = spawnCli(args, { home: app.home })
    await until('it works', () => /"progress":"Processing","percent":[1-9]/.test(given.stderr))
    process.kill(-given.child.pid!, 'SIGINT')
    const { code, stderr } = await given.ended
    assert.equal(code, 1)
    assert.equal(failureOf({ stderr }).code, 'cli.interrupted')
    assert.deepEqual(processesOf(app.home), [])

    app = await app.restart()
    client = clientOf(app)
    const [latest] = (await client.get<{ items: Production[] }>('/productions')).items
    const { state, error, clips } = await endOf(client, latest!.id)
    assert.equal(state, 'succeeded', JSON.stringify(error))
    assert.ok(clips.length > 0)
  })

  /** Nothing of an asset is stored, and nothing is on its way. */
  async function assertTidy(assetId: string): Promise<void> {
    const files = storedFiles(app.home)
    assert.deepEqual(
      files.filter((name) => name.includes(assetId) || !name.startsWith('objects/')),
      [],
    )
  }
})

/** Each bar of `--progress json` only grows, and ends at 100. */
function assertProgress(stderr: string): void {
  const lines = stderr
    .split('\n')
    .filter((line) => line.startsWith('{"progress"'))
    .map((line) => JSON.parse(line) as { progress: string; percent: number })
  const bars = Map.groupBy(lines, ({ progress }) => progress)
  assert.deepEqual([...bars.keys()], ['Uploading', 'Processing', 'Fetching results'])
  for (const [name, bar] of bars) {
    const percents = bar.map(({ percent }) => percent)
    assert.deepEqual(
      percents,
      percents.toSorted((a, b) => a - b),
      name,
    )
    assert.equal(percents.at(-1), 100, name)
  }
}

/** A whole package on disk: every name in every playlist is there, and no quality is taller than the source. */
async function assertPackage(master: string, sourceHeight: number): Promise<void> {
  const text = await readFile(master, 'utf8')
  assert.match(text, /^#EXTM3U\n/)
  const heights = [...text.matchAll(/RESOLUTION=\d+x(\d+)/g)].map((match) => Number(match[1]))
  assert.ok(heights.length >= 1 && heights.every((height) => height <= sourceHeight), String(heights))
  const playlists = namesIn(text)
  assert.ok(playlists.length >= 1)
  for (const name of playlists) {
    const path = join(dirname(master), name)
    const playlist = await readFile(path, 'utf8')
    assert.match(playlist, /#EXT-X-ENDLIST\s*$/)
    const parts = namesIn(playlist)
    // Sound and pictures have a head and pieces; the small pictures of a short recording fit on one sheet.
    const fewest = playlist.includes('#EXT-X-IMAGES-ONLY') ? 1 : 2
    assert.ok(parts.length >= fewest, `${name} has ${parts.length} parts`)
    for (const part of parts) assert.ok((await stat(join(dirname(path), part))).size > 0, part)
    const seconds = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].reduce(
      (sum, match) => sum + Number(match[1]),
      0,
    )
    assert.ok(Math.abs(seconds - 36) < 0.5, `${name} has ${seconds} s`)
  }
}

function namesIn(playlist: string): string[] {
  const uris = [...playlist.matchAll(/URI="([^"]+)"/g)].map((match) => match[1]!)
  const lines = playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return [...uris, ...lines]
}
