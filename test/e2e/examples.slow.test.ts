import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { smallRecording } from './small-recording.ts'
import { startApp } from './start-app.ts'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

describe('the examples work as they stand', () => {
  test('process-by-api.ts leaves the clips it names', async (t) => {
    const dir = await mkdtemp(join(tmpdir(), 'examples-'))
    const app = await startApp()
    t.after(async () => {
      await app.stop()
      await rm(dir, { recursive: true })
    })
    const recording = await smallRecording(dir)
    const env = { PATH: process.env['PATH'], CREATOROPS_URL: app.url, CREATOROPS_API_KEY: app.apiKey }
    const { stdout } = await run(join(root, 'bin/node'), ['examples/process-by-api.ts', recording, dir], {
      cwd: root,
      env,
    })
    const named = [...stdout.matchAll(/^(\S+\.mp4): .* (\d+) of (\d+) frames$/gm)]
    assert.ok(named.length > 0, stdout)
    for (const [, path, frames, requested] of named) {
      assert.equal(frames, requested)
      assert.ok((await stat(path!)).size > 0)
    }
  })

  test('cut-silences.sh writes an edit list with an event for each stretch of speech', async (t) => {
    const dir = await mkdtemp(join(tmpdir(), 'examples-'))
    t.after(() => rm(dir, { recursive: true }))
    const edl = join(dir, 'out.edl')
    await run(join(root, 'examples/cut-silences.sh'), [await smallRecording(dir), edl])
    const events = (await readFile(edl, 'utf8')).match(/^\d{3} {2}/gm) ?? []
    assert.ok(events.length >= 3, `${events.length} events`)
  })
})
