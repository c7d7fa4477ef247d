import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { storageContract } from './contract.ts'
import { localStorage } from './local.ts'
import type { ObjectStorage } from './port.ts'

storageContract('local', async () => {
  const root = await mkdtemp(join(tmpdir(), 'local-storage-'))
  return { storage: localStorage(root), close: () => rm(root, { recursive: true, force: true }) }
})

async function withStore(fn: (storage: ObjectStorage, root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'local-storage-'))
  try {
    await fn(localStorage(root), root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

describe('local storage in particular', () => {
  test('a failed put leaves no temporary file and an empty store leaves no empty folders', () =>
    withStore(async (storage, root) => {
      const failing = Readable.from(
        (async function* () {
          yield Buffer.from('half')
          throw new Error('cable cut')
        })(),
      )
      await assert.rejects(storage.put('a/b/c', failing), /cable cut/)
      assert.deepEqual(await readdir(join(root, '.tmp')), [])
      await storage.put('a/b/c', Buffer.from('x'))
      await storage.delete('a/b/c')
      assert.deepEqual((await readdir(root)).sort(), ['.meta', '.tmp'])
      assert.deepEqual(await readdir(join(root, '.meta')), [])
    }))

  test('a file whose facts are lost or belong to older bytes is still served, as plain bytes', () =>
    withStore(async (storage, root) => {
      const stored = await storage.put('film', Buffer.from('bytes'), { contentType: 'video/mp4' })
      await writeFile(join(root, '.meta', 'film.json'), '{"cut sh')
      const head = await storage.head('film')
      assert.equal(head?.contentType, 'application/octet-stream')
      assert.notEqual(head?.etag, stored.etag)
      assert.equal(head?.sizeBytes, 5)
    }))

  test('left-over temporary files are removed once they are old enough', () =>
    withStore(async (storage, root) => {
      await storage.put('x', Buffer.from('x'))
      await writeFile(join(root, '.tmp', 'old'), 'half')
      await writeFile(join(root, '.tmp', 'new'), 'half')
      const hourAgo = new Date(Date.now() - 3_600_000)
      await utimes(join(root, '.tmp', 'old'), hourAgo, hourAgo)
      assert.equal(await storage.abortStaleUploads(60_000), 1)
      assert.deepEqual(await readdir(join(root, '.tmp')), ['new'])
    }))

  test('a retention lock is refused, since a directory cannot keep it', () =>
    withStore(async (storage) => {
      const put = storage.put('x', Buffer.from('x'), { lockUntil: new Date(Date.now() + 1000) })
      await assert.rejects(put, { code: 'storage.unsupported' })
      assert.equal(storage.describe().can.retentionLock, false)
    }))
})
