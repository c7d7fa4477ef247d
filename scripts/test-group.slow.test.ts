import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { runGroup } from './test-group.ts'
import type { GroupResult } from './test-reporter.ts'

const head = `import { describe, test } from 'node:test'\n`

async function runTexts(texts: string[], testTimeoutMs = 20_000): Promise<GroupResult> {
  const dir = await mkdtemp(join(tmpdir(), 'group-'))
  try {
    const files = texts.map((_, index) => join(dir, `${index}.test.ts`))
    for (const [index, text] of texts.entries()) await writeFile(files[index]!, head + text)
    const env = { PATH: process.env['PATH'] }
    const signal = new AbortController().signal
    return await runGroup({ name: 'sample', files, env, signal, timeoutMs: 30_000, testTimeoutMs })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const counts = ({ passed, failed, skipped }: GroupResult) => ({ passed, failed, skipped })

describe('the test runner', () => {
  test('counts tests and not the groups around them', async () => {
    const result = await runTexts([
      `describe('group', () => { test('fine', () => {}); test('bad', () => { throw new Error('no') }) })`,
      `test('later', { skip: true }, () => {}); test('planned', { todo: true }, () => { throw new Error('not yet') })`,
    ])
    assert.deepEqual(counts(result), { passed: 1, failed: 1, skipped: 2 })
  })

  test('counts a crash as a failure', async () => {
    const result = await runTexts([
      `test('ends', () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}) })`,
    ])
    assert.deepEqual(counts(result), { passed: 0, failed: 1, skipped: 0 })
  })

  test('counts a file that cannot be loaded as a failure and runs the others', async () => {
    const result = await runTexts([`import './nothing.ts'`, `test('fine', () => {})`])
    assert.deepEqual(counts(result), { passed: 1, failed: 1, skipped: 0 })
  })

  test('counts a file without tests as a failure', async () => {
    assert.deepEqual(counts(await runTexts([``, `test('fine', () => {})`])), {
      passed: 1,
      failed: 1,
      skipped: 0,
    })
  })

  test('ends a test that never ends', async () => {
    const result = await runTexts(
      [`test('waits', () => new Promise(() => setInterval(() => {}, 1000)))`],
      500,
    )
    assert.deepEqual(counts(result), { passed: 0, failed: 1, skipped: 0 })
  })

  const hasProc = process.platform === 'linux' ? false : 'needs /proc'
  test('ends what a test left running', { skip: hasProc }, async () => {
    const note = join(await mkdtemp(join(tmpdir(), 'left-')), 'pid')
    const result = await runTexts([
      `import { spawn } from 'node:child_process'
       import { writeFileSync } from 'node:fs'
       test('leaves', () => {
         const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
         child.unref()
         writeFileSync(${JSON.stringify(note)}, String(child.pid))
       })`,
    ])
    assert.deepEqual(counts(result), { passed: 1, failed: 0, skipped: 0 })
    const left = Number(await readFile(note, 'utf8'))
    await rm(dirname(note), { recursive: true })
    const command = await readFile(`/proc/${left}/cmdline`, 'utf8').catch(() => '')
    assert.equal(command, '')
  })
})
