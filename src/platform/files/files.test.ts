import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { access, mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  cleanWorkDirs,
  copyFileDurably,
  diskFree,
  moveFileDurably,
  sha256File,
  withWorkDir,
} from './index.ts'

async function inFolder(fn: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'files-'))
  try {
    await fn(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

test('a work folder is there while the work runs and gone afterwards, also when it failed', () =>
  inFolder(async (home) => {
    let seen = ''
    const made = await withWorkDir(home, '../cut clip', async (dir) => {
      seen = dir
      await writeFile(join(dir, 'x'), 'x')
      return 'done'
    })
    assert.equal(made, 'done')
    assert.match(seen, /\/work\/-cut-clip-[^/]+$/)
    await assert.rejects(access(seen))
    const failing = withWorkDir(home, 'fails', async (dir) => {
      seen = dir
      throw new Error('no')
    })
    await assert.rejects(failing, /no/)
    await assert.rejects(access(seen))
  }))

test('folders that a killed process left are removed, those in use are not', () =>
  inFolder(async (home) => {
    const old = join(home, 'work', 'old-1')
    await mkdir(old, { recursive: true })
    await writeFile(join(old, 'x'), 'x')
    const longAgo = new Date(Date.now() - 7_200_000)
    await utimes(old, longAgo, longAgo)
    await withWorkDir(home, 'live', async (dir) => {
      assert.equal(await cleanWorkDirs(home), 1)
      await access(dir)
    })
    assert.deepEqual(await readdir(join(home, 'work')), [])
    assert.equal(await cleanWorkDirs(join(home, 'absent')), 0)
  }))

test('the hash of a file is that of its bytes, whatever its size', () =>
  inFolder(async (dir) => {
    for (const size of [0, 1, 3 * 1024 * 1024 + 5]) {
      const bytes = randomBytes(size)
      await writeFile(join(dir, 'x'), bytes)
      assert.equal(await sha256File(join(dir, 'x')), createHash('sha256').update(bytes).digest('hex'))
    }
  }))

test('a moved or copied file replaces the target whole and leaves no part behind', () =>
  inFolder(async (dir) => {
    await writeFile(join(dir, 'from'), 'new')
    await writeFile(join(dir, 'to'), 'old')
    await copyFileDurably(join(dir, 'from'), join(dir, 'to'))
    assert.equal(await readFile(join(dir, 'to'), 'utf8'), 'new')
    await moveFileDurably(join(dir, 'from'), join(dir, 'deep', 'er', 'to'))
    assert.equal(await readFile(join(dir, 'deep', 'er', 'to'), 'utf8'), 'new')
    await assert.rejects(access(join(dir, 'from')))
    await assert.rejects(copyFileDurably(join(dir, 'absent'), join(dir, 'x')))
    assert.deepEqual((await readdir(dir)).sort(), ['deep', 'to'])
  }))

test('a file moves to another file system too', async (t) => {
  const shm = '/dev/shm'
  const other = await mkdtemp(join(shm, 'files-')).catch(() => undefined)
  if (!other) return t.skip('this machine has no second file system to write to')
  await inFolder(async (dir) => {
    await writeFile(join(dir, 'from'), 'across')
    await moveFileDurably(join(dir, 'from'), join(other, 'to'))
    assert.equal(await readFile(join(other, 'to'), 'utf8'), 'across')
    await assert.rejects(access(join(dir, 'from')))
  })
  await rm(other, { recursive: true })
})

test('the free room of a disk is a number of bytes', async () => {
  assert.ok((await diskFree(tmpdir())) > 0)
})
