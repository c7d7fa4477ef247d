import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { startS3Server, type S3Server } from '../../../test/servers/s3-server.ts'
import { uploadFile } from '../../platform/cli/upload-file.ts'
import { s3Storage } from '../../providers/storage/index.ts'
import { type AssetsBench, type AssetsServer, mp4Bytes, openBench, sha256 } from './test-assets.ts'
import { problemOf, tusClient, until } from './test-tus.ts'

const mebi = 1024 * 1024

describe('resumable uploads into a bucket', () => {
  let s3: S3Server
  let bench: AssetsBench
  let server: AssetsServer
  before(async () => {
    s3 = await startS3Server()
    const { endpoint, region } = s3
    const location = { bucket: 'objects', prefix: 'team/', endpoint, region, partBytes: 5 * mebi }
    const encryption = { kind: 'AES256' as const }
    bench = await openBench({
      storage: s3Storage({ ...location, checksums: 'full', encryption }, s3.credentials),
    })
    server = await bench.start()
  })
  after(async () => {
    await bench.close()
    await s3.close()
  })
  afterEach(() => s3.faults.clear())
  const keys = () => [...s3.buckets.objects.objects.keys()]
  async function assertServed(assetId: string | null, bytes: Buffer): Promise<void> {
    const got = await fetch(`${server.url}/api/v1/assets/${assetId}`, { headers: server.as() })
    const asset = (await got.json()) as { url: string; sha256: string }
    assert.equal(asset.sha256, sha256(bytes))
    const file = await fetch(server.url + asset.url)
    assert.equal(file.headers.get('content-type'), 'video/mp4')
    assert.ok(Buffer.from(await file.arrayBuffer()).equals(bytes))
    const part = await fetch(server.url + asset.url, { headers: { range: 'bytes=100-199' } })
    assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200)))
  }

  test('an upload in pieces of odd sizes becomes one encrypted object, and nothing else stays', async () => {
    const bytes = mp4Bytes(18 * mebi + 77)
    const client = tusClient(server)
    const location = await client.begin(bytes.length, { sha256: sha256(bytes) })
    let last: Response | undefined
    for (let offset = 0; offset < bytes.length; offset = await offsetOf(last)) {
      last = await client.send(location, bytes.subarray(offset, offset + 7 * mebi + 1), offset)
      assert.equal(last.status, 204)
    }
    await assertServed(last?.headers.get('x-asset-id') ?? null, bytes)
    assert.equal(keys().length, 1)
    assert.equal(s3.buckets.objects.uploads.size, 0)
    const [version] = [...s3.buckets.objects.objects.values()].flat()
    assert.equal(version?.headers['x-amz-server-side-encryption'], 'AES256')
  })

  test('resets, errors and lost answers between us and the bucket do not reach the sender', async () => {
    const bytes = mp4Bytes(17 * mebi)
    s3.faults.add({ operation: 'UploadPart', kind: 'resetRequest', afterBytes: mebi })
    s3.faults.add({ operation: 'UploadPart', kind: 'status', status: 503, code: 'SlowDown', skip: 1 })
    s3.faults.add({ operation: 'PutObject', kind: 'loseResponse' })
    s3.faults.add({ operation: 'GetObject', kind: 'resetResponse', afterBytes: 3 * mebi, skip: 3 })
    const answer = await tusClient(server).upload(bytes)
    assert.equal(answer.status, 204)
    s3.faults.clear()
    await assertServed(answer.headers.get('x-asset-id'), bytes)
  })

  test('when the bucket stays down the sender is told to wait, and can go on afterwards', async () => {
    const bytes = mp4Bytes(17 * mebi)
    const client = tusClient(server)
    const location = await client.begin(bytes.length)
    s3.faults.add({ operation: 'UploadPart', kind: 'status', status: 500, code: 'InternalError', times: 99 })
    const refused = await problemOf(await client.send(location, bytes, 0))
    assert.deepEqual([refused.status, refused.code], [503, 'storage.busy'])
    s3.faults.clear()
    const offset = await client.offset(location)
    const answer = await client.send(location, bytes.subarray(offset), offset)
    await assertServed(answer.headers.get('x-asset-id'), bytes)
  })

  test('a connection of the sender cut in the middle loses at most the part that was not full', async () => {
    const bytes = mp4Bytes(20 * mebi)
    const client = tusClient(server)
    const location = await client.begin(bytes.length)
    await client.cut(location, bytes.subarray(0, 12 * mebi), 0, bytes.length)
    await until(async () => (await client.offset(location)) >= 8 * mebi)
    const other = tusClient(await bench.start())
    const offset = await other.offset(location)
    const answer = await other.send(location, bytes.subarray(offset), offset)
    await assertServed(answer.headers.get('x-asset-id'), bytes)
  })

  test('the answer that completes the object is lost: the upload is complete all the same', async () => {
    const bytes = mp4Bytes(9 * mebi)
    const client = tusClient(server)
    const location = await client.begin(bytes.length)
    s3.faults.add({ operation: 'CompleteMultipartUpload', kind: 'loseResponse' })
    const answer = await client.send(location, bytes, 0)
    assert.equal(answer.status, 204)
    await assertServed(answer.headers.get('x-asset-id'), bytes)
  })

  test('a refused, a duplicate and an abandoned upload leave nothing in the bucket', async () => {
    const before = keys()
    const client = tusClient(server)
    const bytes = mp4Bytes(6 * mebi)
    const wrong = await client.upload(bytes, { sha256: sha256(Buffer.from('x')) })
    assert.equal((await problemOf(wrong)).code, 'assets.checksumMismatch')
    assert.equal((await problemOf(await client.upload(Buffer.from('text')))).code, 'assets.typeNotAllowed')
    const abandoned = await client.begin(20 * mebi)
    await client.send(abandoned, bytes, 0)
    assert.equal((await client.abandon(abandoned)).status, 204)
    assert.deepEqual(keys(), before)
    const first = await client.upload(bytes)
    const second = await client.upload(bytes)
    assert.equal(second.headers.get('x-asset-id'), first.headers.get('x-asset-id'))
    assert.equal(keys().length, before.length + 1)
    assert.equal(s3.buckets.objects.uploads.size, 0)
  })

  test('the command line client uploads and learns the asset', async () => {
    const bytes = mp4Bytes(3 * mebi)
    const path = join(bench.home, 'from-cli.mp4')
    await writeFile(path, bytes)
    const uploaded = await uploadFile({ url: server.url, headers: server.as() }, path)
    assert.equal(uploaded.isDuplicate, false)
    await assertServed(uploaded.assetId, bytes)
    const again = await uploadFile({ url: server.url, headers: server.as() }, path)
    assert.deepEqual([again.assetId, again.isDuplicate], [uploaded.assetId, true])
  })
})

async function offsetOf(answer: Response | undefined): Promise<number> {
  return Number(answer?.headers.get('upload-offset'))
}
