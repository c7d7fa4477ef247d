import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { test } from 'node:test'
import { startApp } from './start-app.ts'

const canary = 'canary-5d1c7be2'

test('a secret set on the command line is in no file, backup, export or metric of the product', async () => {
  const app = await startApp({ env: { CREATOROPS_LOG_LEVEL: 'trace' } })
  const scratch = await mkdtemp(join(tmpdir(), 'creatorops-canary-'))
  try {
    const run = async (words: string[], input = '') => {
      const env = { PATH: process.env['PATH'] ?? '', CREATOROPS_HOME: app.home }
      const child = spawn(resolve(import.meta.dirname, '../../bin/creatorops'), words, { env })
      child.stdin.end(input)
      const [out, err] = await Promise.all([readAll(child.stdout), readAll(child.stderr)])
      if (child.exitCode === null) await once(child, 'exit')
      return { code: child.exitCode, text: out + err }
    }
    const said = [
      await run(['secrets', 'set', 'partner.token'], `${canary}\n`),
      await run(['secrets', 'rotate', 'partner.token', '--json'], `${canary}-2\n`),
      await run(['secrets', 'list', '--json']),
      await run(['secrets', 'rotate-key', '--json']),
      await run(['settings', 'export']),
      await run(['audit', 'list', '--json']),
      await run(['backup', '--out', join(scratch, 'files')]),
      await run(['backup', '--logical', '--out', join(scratch, 'rows')]),
    ]
    assert.deepEqual(said.map(({ code }) => code).slice(0, 5), [0, 0, 0, 0, 0])
    assert.deepEqual(said.map(({ code }) => code).slice(6), [0, 0])
    assert.match(said[2]!.text, /partner\.token/)
    const metrics = await (await fetch(`${app.url}/metrics`)).text()
    assert.ok(![...said.map(({ text }) => text), metrics].join('\n').includes(canary))
    for (const folder of [app.home, scratch]) assert.deepEqual(await filesWith(folder, canary), [])
  } finally {
    await rm(scratch, { recursive: true, force: true })
    await app.stop()
  }
})

async function filesWith(folder: string, word: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    // The database may take a file away while its folder is read.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0))
    if (bytes.includes(word)) found.push(path)
  }
  return found
}
