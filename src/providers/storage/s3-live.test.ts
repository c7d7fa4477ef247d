import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { storageContract } from './contract.ts'
import { liveStore } from './live-store.ts'
import { minPartBytes, s3Client, type S3Location } from './s3-location.ts'
import { openUploads } from './s3-open-uploads.ts'
import { s3Storage } from './s3.ts'

const live = liveStore()
const skip = live ? false : 'S3_TEST_ENDPOINT is not set; npm run test:s3 starts a store'
const credentials = live?.credentials
const location: S3Location = {
  bucket: `contract-${randomBytes(4).toString('hex')}`,
  prefix: 'here/',
  endpoint: live?.endpoint,
  region: 'us-east-1',
  checksums: live?.checksums ?? 'md5',
  partBytes: minPartBytes,
}

storageContract(
  'a real S3 store as',
  async () => {
    await s3Client(location, credentials).createBucket({ Bucket: location.bucket })
    return { storage: s3Storage(location, credentials), close: async () => undefined }
  },
  { skip },
)

describe('a real S3 store in particular', { skip }, () => {
  const bucket = `locked-${randomBytes(4).toString('hex')}`
  const here = { ...location, bucket }
  const client = s3Client(here, credentials)
  const storage = s3Storage(here, credentials)
  const big = randomBytes(3 * minPartBytes + 7)
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 's3-live-'))
    await writeFile(join(dir, 'big.bin'), big)
    await client.createBucket({ Bucket: bucket, ObjectLockEnabledForBucket: true })
  })
  after(() => rm(dir, { recursive: true, force: true }))

  test('an interrupted upload goes on from the parts that the store lists', async () => {
    const begun = await client.createMultipartUpload({ Bucket: bucket, Key: 'here/resumed' })
    const part = { Bucket: bucket, Key: 'here/resumed', UploadId: begun.UploadId }
    for (const PartNumber of [1, 2]) {
      const Body = big.subarray((PartNumber - 1) * minPartBytes, PartNumber * minPartBytes)
      await client.uploadPart({ ...part, PartNumber, Body })
    }
    const sent: number[] = []
    await storage.put('resumed', join(dir, 'big.bin'), { onProgress: (bytes) => sent.push(bytes) })
    assert.ok((await buffer((await storage.get('resumed')).body)).equals(big))
    assert.deepEqual(await openUploads(client, bucket, 'here/resumed'), [])
    assert.equal(sent.at(-1), big.length)
  })

  test('an upload that nobody continues is found and aborted', async () => {
    await client.createMultipartUpload({ Bucket: bucket, Key: 'here/stale' })
    assert.equal(await storage.abortStaleUploads(3_600_000), 0)
    assert.ok((await storage.abortStaleUploads(-60_000)) >= 1)
    assert.deepEqual(await openUploads(client, bucket, 'here/'), [])
  })

  test('a version under a retention lock cannot be deleted', async () => {
    const lockUntil = new Date(Date.now() + 60_000)
    await storage.put('kept', Buffer.from('evidence'), { lockUntil })
    await storage.put('kept-big', join(dir, 'big.bin'), { lockUntil })
    for (const Key of ['here/kept', 'here/kept-big']) {
      const { VersionId } = await client.headObject({ Bucket: bucket, Key })
      const { Retention } = await client.getObjectRetention({ Bucket: bucket, Key, VersionId })
      assert.equal(Retention?.Mode, 'COMPLIANCE', Key)
      await assert.rejects(client.deleteObject({ Bucket: bucket, Key, VersionId }), { name: 'AccessDenied' })
    }
  })

  test('wrong credentials, a wrong bucket and wrong parts are refused with a row', async () => {
    const wrong = { accessKeyId: credentials?.accessKeyId ?? '', secretAccessKey: 'wrong' }
    await assert.rejects(s3Storage(here, wrong).put('x', Buffer.from('x')), { code: 'storage.rejected' })
    await assert.rejects(s3Storage({ ...here, bucket: 'not-there' }, credentials).check(), {
      code: /^storage\./,
    })
    const failing = Readable.from(
      (async function* () {
        yield big.subarray(0, minPartBytes + 5)
        throw new Error('cable cut')
      })(),
    )
    await assert.rejects(storage.put('cut', failing), /cable cut/)
    assert.deepEqual(await openUploads(client, bucket, 'here/cut'), [])
  })

  test('the store itself refuses an altered and an expired presigned address', async () => {
    await storage.put('signed', Buffer.from('bytes'))
    const command = new GetObjectCommand({ Bucket: bucket, Key: 'here/signed' })
    const signer = client as unknown as S3Client
    const url = await getSignedUrl(signer, command, { expiresIn: 60 })
    assert.equal(await (await fetch(url)).text(), 'bytes')
    assert.equal((await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000'))).status, 403)
    const longAgo = await getSignedUrl(signer, command, {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 120_000),
    })
    assert.equal((await fetch(longAgo)).status, 403)
  })
})
