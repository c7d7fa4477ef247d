import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { S3 } from '@aws-sdk/client-s3'
import { liveStore } from '../../providers/storage/live-store.ts'
import { s3Storage } from '../../providers/storage/index.ts'
import { type AssetsBench, type AssetsServer, mp4Bytes, openBench, sha256 } from './test-assets.ts'
import { problemOf, tusClient, until } from './test-tus.ts'

const live = liveStore()
const mebi = 1024 * 1024

describe(
  'resumable uploads into a real S3 store',
  { skip: live ? false : 'S3_TEST_ENDPOINT is not set; npm run test:s3 starts a store' },
  () => {
    const bucket = `uploads-${randomBytes(4).toString('hex')}`
    let client: S3
    let bench: AssetsBench
    let server: AssetsServer
    before(async () => {
      const { endpoint, credentials, checksums } = live!
      client = new S3({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
      await client.createBucket({ Bucket: bucket })
      const location = {
        bucket,
        prefix: 'team/',
        endpoint,
        region: 'us-east-1',
        checksums,
        partBytes: 5 * mebi,
      }
      bench = await openBench({ storage: s3Storage(location, credentials) })
      server = await bench.start()
    })
    after(() => bench?.close())
    const keys = async () =>
      ((await client.listObjectsV2({ Bucket: bucket })).Contents ?? []).map(({ Key }) => Key)

    test('cut twice, continued at another server, the bytes end up right and alone', async () => {
      const bytes = mp4Bytes(30 * mebi + 3)
      const location = await tusClient(server).begin(bytes.length, { sha256: sha256(bytes) })
      let offset = 0
      for (const share of [0.3, 0.6]) {
        const each = await bench.start()
        const size = Math.round(bytes.length * share) - offset
        const part = bytes.subarray(offset, offset + size)
        await tusClient(each).cut(location, part, offset, bytes.length - offset)
        await until(async () => (await tusClient(server).offset(location)) > offset)
        offset = await tusClient(server).offset(location)
        await each.stop()
      }
      const other = tusClient(await bench.start())
      const last = await other.send(location, bytes.subarray(offset), offset)
      assert.equal(last.status, 204)
      const got = await fetch(`${server.url}/api/v1/assets/${last.headers.get('x-asset-id')}`, {
        headers: server.as(),
      })
      const { url } = (await got.json()) as { url: string }
      assert.ok(Buffer.from(await (await fetch(server.url + url)).arrayBuffer()).equals(bytes))
      const part = await fetch(server.url + url, { headers: { range: 'bytes=-10' } })
      assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(-10)))
      assert.equal((await keys()).length, 1)
      assert.deepEqual((await client.listMultipartUploads({ Bucket: bucket })).Uploads ?? [], [])
    })

    test('a refused, a duplicate and an abandoned upload leave nothing in the bucket', async () => {
      const before = await keys()
      const tus = tusClient(server)
      const bytes = mp4Bytes(6 * mebi)
      const wrong = await tus.upload(bytes, { sha256: sha256(Buffer.from('x')) })
      assert.equal((await problemOf(wrong)).code, 'assets.checksumMismatch')
      assert.equal((await problemOf(await tus.upload(Buffer.from('text')))).code, 'assets.typeNotAllowed')
      const abandoned = await tus.begin(20 * mebi)
      await tus.send(abandoned, bytes, 0)
      assert.equal((await tus.abandon(abandoned)).status, 204)
      const first = await tus.upload(bytes)
      const second = await tus.upload(bytes)
      assert.equal(second.headers.get('x-asset-id'), first.headers.get('x-asset-id'))
      assert.equal((await keys()).length, before.length + 1)
    })
  },
)
