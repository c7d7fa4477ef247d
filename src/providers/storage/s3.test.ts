import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, afterEach, before, describe, test } from 'node:test'
import { currentVersion } from '../../../test/servers/s3-state.ts'
import { startS3Server, type S3Server } from '../../../test/servers/s3-server.ts'
import { storageContract } from './contract.ts'
import type { ObjectStorage } from './port.ts'
import { s3Client, type S3Location } from './s3-location.ts'
import { s3Storage } from './s3.ts'

const partBytes = 5 * 1024 * 1024

function locationOf(server: S3Server, more: Partial<S3Location> = {}): S3Location {
  const { endpoint, region } = server
  return { bucket: 'objects', prefix: 'here/', endpoint, region, checksums: 'full', partBytes, ...more }
}

for (const checksums of ['full', 'md5'] as const) {
  storageContract(`s3 (${checksums} checksums)`, async () => {
    const server = await startS3Server()
    const storage = s3Storage(locationOf(server, { checksums }), server.credentials)
    return { storage, close: () => server.close() }
  })
}

describe('s3 storage under faults', () => {
  let server: S3Server
  let storage: ObjectStorage
  let dir: string
  const big = randomBytes(3 * partBytes + 99)
  before(async () => {
    server = await startS3Server()
    storage = s3Storage(locationOf(server), server.credentials)
    dir = await mkdtemp(join(tmpdir(), 's3-faults-'))
    await writeFile(join(dir, 'big.bin'), big)
  })
  after(async () => {
    await server.close()
    await rm(dir, { recursive: true, force: true })
  })
  afterEach(() => {
    server.faults.clear()
    server.operations.length = 0
  })
  const isStored = async (key: string, bytes: Buffer) =>
    (await buffer((await storage.get(key)).body)).equals(bytes)
  const count = (operation: string) => server.operations.filter((done) => done === operation).length

  test('500, SlowDown and a cut connection are retried without a trace', async () => {
    server.faults.add({ operation: 'UploadPart', kind: 'status', status: 500, code: 'InternalError' })
    server.faults.add({ operation: 'UploadPart', kind: 'status', status: 503, code: 'SlowDown', skip: 1 })
    server.faults.add({ operation: 'UploadPart', kind: 'resetRequest', afterBytes: 1_000_000, skip: 1 })
    await storage.put('retried', join(dir, 'big.bin'))
    assert.ok(await isStored('retried', big))
    assert.equal(server.buckets.objects.uploads.size, 0)
  })

  test('a lost answer to PutObject, also with ifAbsent, is no failure', async () => {
    server.faults.add({ operation: 'PutObject', kind: 'loseResponse', times: 2 })
    await storage.put('lost-1', Buffer.from('one'), { ifAbsent: true })
    await storage.put('lost-2', Buffer.from('two'))
    assert.ok(await isStored('lost-1', Buffer.from('one')))
    await assert.rejects(storage.put('lost-1', Buffer.from('other'), { ifAbsent: true }), {
      code: 'storage.exists',
    })
  })

  test('a lost answer to CompleteMultipartUpload is no failure', async () => {
    server.faults.add({ operation: 'CompleteMultipartUpload', kind: 'loseResponse' })
    await storage.put('lost-3', join(dir, 'big.bin'), { ifAbsent: true })
    assert.ok(await isStored('lost-3', big))
  })

  test('after a crash the upload continues from the parts that are there', async () => {
    server.faults.add({ operation: 'UploadPart', kind: 'status', status: 403, code: 'AccessDenied', skip: 2 })
    await assert.rejects(storage.put('resumed', join(dir, 'big.bin')), { code: 'storage.rejected' })
    assert.equal(server.buckets.objects.uploads.size, 1)
    const [upload] = server.buckets.objects.uploads.values()
    const present = upload?.parts.size ?? 0
    assert.ok(present >= 1)
    server.faults.clear()
    server.operations.length = 0
    const afterCrash = s3Storage(locationOf(server), server.credentials)
    await afterCrash.put('resumed', join(dir, 'big.bin'))
    assert.equal(count('CreateMultipartUpload'), 0)
    assert.equal(count('UploadPart'), 4 - present)
    assert.ok(await isStored('resumed', big))
  })

  test('parts of another file under the same key are not taken over', async () => {
    const other = join(dir, 'other.bin')
    await writeFile(other, randomBytes(big.length))
    server.faults.add({ operation: 'UploadPart', kind: 'status', status: 403, code: 'AccessDenied', skip: 2 })
    await assert.rejects(storage.put('other', other))
    server.faults.clear()
    await storage.put('other', join(dir, 'big.bin'))
    assert.ok(await isStored('other', big))
  })

  test('uploads that nobody continues are aborted once they are old enough', async () => {
    server.faults.add({ operation: 'UploadPart', kind: 'status', status: 403, code: 'AccessDenied', skip: 1 })
    await assert.rejects(storage.put('stale', join(dir, 'big.bin')))
    assert.equal(await storage.abortStaleUploads(60_000), 0)
    assert.equal(await storage.abortStaleUploads(0), 1)
    assert.equal(server.buckets.objects.uploads.size, 0)
  })

  test('a store that keeps other bytes than were sent is caught', async () => {
    const trusting = s3Storage(locationOf(server, { checksums: 'md5' }), server.credentials)
    server.faults.add({ operation: 'PutObject', kind: 'corrupt' })
    await assert.rejects(trusting.put('rotten', Buffer.from('good bytes')), { code: 'storage.corrupt' })
  })

  test('reading goes on where the connection broke, and stops if the object changed meanwhile', async () => {
    await storage.put('read', join(dir, 'big.bin'))
    server.faults.add({ operation: 'GetObject', kind: 'resetResponse', afterBytes: 1_000_000, times: 2 })
    assert.ok(await isStored('read', big))
    assert.equal(count('GetObject'), 3)
    server.faults.add({ operation: 'GetObject', kind: 'resetResponse', afterBytes: 1_000_000 })
    const { body } = await storage.get('read')
    await storage.put('read', Buffer.from('new'))
    await assert.rejects(buffer(body), { code: /^storage\./ })
  })

  test('a store that stays down is a row that says to wait', async () => {
    server.faults.add({
      operation: 'HeadObject',
      kind: 'status',
      status: 500,
      code: 'InternalError',
      times: 9,
    })
    await assert.rejects(storage.head('x'), { code: 'storage.busy' })
  })

  test('wrong credentials and a wrong bucket are rows that say what to check', async () => {
    const wrong = { ...server.credentials, secretAccessKey: 'wrong' }
    await assert.rejects(s3Storage(locationOf(server), wrong).check(), { code: 'storage.rejected' })
    await assert.rejects(s3Storage(locationOf(server), wrong).put('x', Buffer.from('x')), {
      code: 'storage.rejected',
    })
    const nowhere = s3Storage(locationOf(server, { bucket: 'nowhere' }), server.credentials)
    await assert.rejects(nowhere.put('x', Buffer.from('x')), { code: 'storage.rejected' })
  })

  test('a retention lock keeps the version from being deleted', async () => {
    const locked = s3Storage(locationOf(server, { bucket: 'locked' }), server.credentials)
    const lockUntil = new Date(Date.now() + 3_600_000)
    await locked.put('kept', Buffer.from('evidence'), { lockUntil })
    await locked.put('kept-big', join(dir, 'big.bin'), { lockUntil })
    const client = s3Client(locationOf(server), server.credentials)
    for (const Key of ['here/kept', 'here/kept-big']) {
      const { VersionId } = await client.headObject({ Bucket: 'locked', Key })
      await assert.rejects(client.deleteObject({ Bucket: 'locked', Key, VersionId }), {
        name: 'AccessDenied',
      })
    }
    await assert.rejects(storage.put('x', Buffer.from('x'), { lockUntil }), { code: 'storage.rejected' })
  })

  test('encryption at rest is asked for on small and on large objects', async () => {
    for (const encryption of [{ kind: 'AES256' }, { kind: 'aws:kms', keyId: 'key-1' }] as const) {
      const encrypted = s3Storage(locationOf(server, { encryption }), server.credentials)
      await encrypted.put('sse-small', Buffer.from('x'))
      await encrypted.put('sse-big', join(dir, 'big.bin'))
      for (const key of ['here/sse-small', 'here/sse-big']) {
        const headers = currentVersion(server.buckets.objects, key)?.headers
        assert.equal(headers?.['x-amz-server-side-encryption'], encryption.kind)
      }
    }
  })
})
