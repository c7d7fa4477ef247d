import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Production } from '../../src/capabilities/productions/index.ts'
import type { ApiClient } from '../../src/platform/cli/api-client.ts'
import { makeMedia, type TestMedia } from '../fixtures/media/make-media.ts'
import { overstateDuration, tagRotation, truncateFile } from '../fixtures/media/mp4-edits.ts'
import { clientOf, endOf, startOn, storedFiles } from './produce.ts'
import { failureOf, runCli } from './spawn-cli.ts'
import { startApp, type TestApp } from './start-app.ts'

type Problem = {
  status: number
  code: string
  detail?: string
  message?: string
  help: string
  requestId: string
}

describe('what people send', () => {
  let app: TestApp
  let client: ApiClient
  let dir: string
  let plain: string
  const make = (name: string, media: Omit<TestMedia, 'path'> = {}) =>
    makeMedia({ path: join(dir, name), ...media })
  const write = async (name: string, content: string) => {
    await writeFile(join(dir, name), content)
    return join(dir, name)
  }
  const assetNames = async () =>
    (await client.get<{ items: Array<{ name: string }> }>('/assets?limit=200')).items.map(({ name }) => name)

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'creatorops-bad-'))
    ;[app, plain] = await Promise.all([startApp(), make('plain.mp4')])
    client = clientOf(app)
  })
  after(async () => {
    await app?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  test('what is no recording is refused at the door, and nothing of it is stored', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => void response.end(asked.push(request.url ?? '')))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret.ts`
    const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${url}\n#EXT-X-ENDLIST\n`
    try {
      for (const [path, code] of [
        [await write('zero.mp4', ''), 'assets.empty'],
        [await write('diary.mp4', 'Dear diary, this is not a film.\n'.repeat(200)), 'assets.typeNotAllowed'],
        [await write('film.m3u8', playlist), 'assets.typeNotAllowed'],
        [await write('film.mp4', playlist), 'assets.typeNotAllowed'],
        [await write('join.mp4', `ffconcat version 1.0\nfile '${url}'\n`), 'assets.typeNotAllowed'],
      ] as const) {
        await assert.rejects(client.upload(path), (error: Error & { code: string }) => {
          assert.equal(error.code, code, path)
          assertSentence(error.message)
          return true
        })
        const byCommand = await runCli(['process', path, '--json'], { home: app.home })
        assert.equal(byCommand.code, 2, path)
        assert.equal(failureOf(byCommand).code, code)
      }
      // Plain files on this machine go by the same rule.
      const probed = await runCli(['media', 'probe', join(dir, 'film.mp4'), '--json'], { home: app.home })
      assert.deepEqual([probed.code, failureOf(probed).code], [2, 'media.playlistRefused'])
      assert.deepEqual(asked, [])
    } finally {
      server.close()
    }
    assert.deepEqual(await assetNames(), [])
    assert.deepEqual(storedFiles(app.home), [])
  })

  test('a recording that is not whole is refused for its own reason, and goes away again', async () => {
    const faststart = await make('start.mp4', { seconds: 6, muxerOptions: { movflags: '+faststart' } })
    const matroska = await make('film.mkv', { seconds: 6, muxer: 'matroska' })
    const fragments = await make('fragments.mp4', { muxerOptions: { movflags: '+frag_keyframe+empty_moov' } })
    const bytes = await readFile(fragments)
    const header = join(dir, 'zero-seconds.mp4')
    await writeFile(header, bytes.subarray(0, bytes.indexOf('moof', 0, 'latin1') - 4))
    const cut = (from: string, share: number) =>
      truncateFile(from, join(dir, `${share}-${basename(from)}`), share)
    const cases = [
      ...[0.1, 0.5, 0.9].map(async (share) => [await cut(faststart, share), 'media.truncated']),
      ...[0.1, 0.5, 0.9].map(async (share) => [await cut(plain, share), 'media.truncated']),
      ...[0.5].map(async (share) => [await cut(matroska, share), 'media.truncated']),
      Promise.resolve([header, 'media.zeroDuration']),
      make('mute.mp4', { audioTracks: 0 }).then((path) => [path, 'media.noAudio']),
      make('sound-only.mp4', { video: false }).then((path) => [path, 'media.noVideo']),
      make('lie.mp4').then(async (path) => [await overstateDuration(path, 100), 'media.wrongDuration']),
    ]
    const started = []
    for (const [path, code] of await Promise.all(cases)) {
      started.push({ path, code, ...(await startOn(client, path!)) })
    }
    for (const { path, code, id, assetId } of started) {
      const { state, error, clips, drafts } = await endOf(client, id)
      assert.deepEqual([state, error?.code], ['failed', code], path)
      assertSentence(error!.message)
      assertSentence(error!.help)
      assert.deepEqual([clips, drafts], [[], []])
      assert.equal((await app.api(`/assets/${assetId}`)).status, 404, path)
    }
    assert.deepEqual(await assetNames(), [])
    assert.deepEqual(storedFiles(app.home), [])
  })

  test('sound alone is told apart before any work is queued', async () => {
    const { assetId } = await client.upload(await make('talk.m4a', { video: false, muxer: 'ipod' }))
    const answer = await post('/productions', { assetId })
    assert.deepEqual([answer.status, answer.code], [422, 'productions.notVideo'])
    assert.equal((await app.api(`/assets/${assetId}`, { method: 'DELETE' })).status, 204)
  })

  test('unusual but sound recordings are finished, upright and in their real size', async () => {
    const hdr = [
      'format=yuv420p10le',
      'setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc',
    ]
    const cases: Array<{ path: Promise<string>; size: string; seconds: number }> = [
      { path: make('slow.mp4', { seconds: 6, rate: '1' }), size: '320x180', seconds: 6 },
      {
        path: make('uneven.mp4', {
          seconds: 4,
          pictureFilters: ["select='not(eq(mod(n,7),3))*not(between(n,40,55))'"],
        }),
        size: '320x180',
        seconds: 4,
      },
      { path: make('turned.mp4').then((path) => tagRotation(path, 90)), size: '180x320', seconds: 2 },
      {
        path: make('hdr.mp4', {
          pictureFilters: hdr,
          video: { encoder: 'libx265', options: { preset: 'ultrafast', 'x265-params': 'log-level=none' } },
        }),
        size: '320x180',
        seconds: 2,
      },
      {
        path: make('odd.mp4', { pictureFilters: ['scale=321:181,setsar=1', 'format=yuv444p'] }),
        size: '320x180',
        seconds: 2,
      },
      { path: make('many.mp4', { audioTracks: 8 }), size: '320x180', seconds: 2 },
    ]
    const started = []
    for (const { path, ...expected } of cases) {
      started.push({ name: await path, ...expected, ...(await startOn(client, await path)) })
    }
    for (const { name, id, size, seconds } of started) {
      const production = await endOf(client, id)
      assert.equal(production.state, 'succeeded', `${name}: ${JSON.stringify(production.error)}`)
      assert.ok(
        Math.abs(production.durationMs! - seconds * 1000) < 50,
        `${name}: ${production.durationMs} ms`,
      )
      const playlist = await (await client.fetch(production.hlsUrl!)).text()
      const sizes = [...playlist.matchAll(/RESOLUTION=(\d+x\d+)/g)].map((match) => match[1])
      assert.equal(sizes[0], size, name)
      assert.ok((await client.fetch(production.posterUrl!)).ok)
      for (const { receipt } of production.clips)
        assert.equal(receipt!['frames'], receipt!['requestedFrames'], name)
    }
  })

  test('tricks in names stay names', async () => {
    const bytes = () => storedFiles(app.home).filter((file) => file.startsWith('objects/assets/')).length
    const before = bytes()
    for (const [given, shown] of [
      ['../../etc/passwd', 'passwd'],
      ['C:\\boot\\evil\u0000.mp4', 'evil.mp4'],
      ['film-\u202E4pm.exe', 'film-4pm.exe'],
    ] as const) {
      const copy = join(dir, `${shown}.copy`)
      await writeFile(copy, Buffer.concat([await readFile(plain), freeBox(shown)]))
      const { assetId } = await client.upload(copy, { name: given })
      const { name } = await client.get<{ name: string }>(`/assets/${assetId}`)
      assert.equal(name, shown)
    }
    const files = storedFiles(app.home)
    assert.equal(bytes(), before + 3)
    assert.ok(!files.some((file) => /passwd|boot|evil|film/.test(file)), String(files))
    const nothing = await client.upload(plain, { name: '\u200B/\u0000' }).catch((error: unknown) => error)
    assert.equal((nothing as { code: string }).code, 'assets.badName')
  })

  test('a title of a million characters is refused in a word, also on the command line', async () => {
    const { assetId } = await client.upload(plain)
    const { total } = await counts()
    const long = await post('/productions', { assetId, title: 'x'.repeat(1_000_000) })
    assert.ok([400, 413, 422].includes(long.status), String(long.status))
    assertProblem(long)
    assert.ok(JSON.stringify(long).length < 2000, 'the answer does not repeat it')
    const blank = await post('/productions', { assetId, title: ' \u0000 ' })
    assert.ok([400, 422].includes(blank.status), JSON.stringify(blank))
    assertProblem(blank)
    const missing = await post('/productions', { assetId: 'asset_nothing' })
    assert.deepEqual([missing.status, missing.code], [404, 'assets.notFound'])

    const typed = await runCli(['process', plain, '--title', 'x'.repeat(100_000), '--json'], {
      home: app.home,
    })
    assert.equal(typed.code, 2)
    assert.ok(failureOf(typed).message.length < 500)
    assert.equal((await counts()).total, total)
  })

  async function counts(): Promise<{ total: number }> {
    const { items } = await client.get<{ items: Production[] }>('/productions?limit=200')
    return { total: items.length }
  }

  async function post(path: string, body: unknown): Promise<Problem> {
    const answer = await app.api(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { ...((await answer.json()) as Problem), status: answer.status }
  }
})

/** One sentence that a person understands: no paths, no stack, no end of the world. */
function assertSentence(text: string): void {
  assert.match(text, /^["A-Z0-9].{8,300}[.!]$/)
  assert.doesNotMatch(text, /\/tmp\/|node_modules|at .*:\d+:\d+|Error:/)
}

function assertProblem({ code, help, requestId }: Problem): void {
  assert.match(code, /^\w+\.\w+$/)
  assertSentence(help)
  assert.ok(requestId)
}

/** A box that every reader of MP4 skips; makes the same recording another content. */
function freeBox(text: string): Buffer {
  const box = Buffer.alloc(8 + Buffer.byteLength(text))
  box.writeUInt32BE(box.length, 0)
  box.write(`free${text}`, 4)
  return box
}
