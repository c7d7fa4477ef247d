import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startBedrockInvoke } from '../../../test/servers/bedrock-invoke-server.ts'
import { startFootageServer } from '../../../test/servers/footage-server.ts'
import { startS3Server } from '../../../test/servers/s3-server.ts'
import { anOrder, videoModelContract } from './contract.ts'
import { luma } from './luma.ts'
import { lumaRay2 } from './luma-ray2.ts'
import { openVideoModels } from './open-video-model.ts'
import type { VideoModel } from './port.ts'
import { runway } from './runway.ts'

const http = (url: string) => ({ url, apiKey: 'key', allow: ['127.0.0.1'], retryMs: [1, 1], timeoutMs: 400 })
const vendors = { Runway: runway, Luma: luma }

for (const [name, make] of Object.entries(vendors)) {
  videoModelContract(name, async () => {
    const server = await startFootageServer()
    const jobOf = (remoteId: string) => server.jobs.find(({ id }) => id === remoteId)!
    return {
      model: make(http(server.url)),
      async finish(remoteId, footage) {
        Object.assign(jobOf(remoteId), { state: 'done', footage })
      },
      async refuse(remoteId) {
        jobOf(remoteId).state = 'refused'
      },
      orders: () => server.jobs.length,
      close: server.close,
    }
  })

  describe(`${name} when things go wrong`, () => {
    let server: Awaited<ReturnType<typeof startFootageServer>>
    let model: VideoModel
    let dir: string
    before(async () => {
      server = await startFootageServer()
      model = make(http(server.url))
      dir = await mkdtemp(join(tmpdir(), 'footage-test-'))
    })
    beforeEach(() => {
      server.faults.clear()
      server.jobs.length = 0
    })
    after(async () => {
      await server.close()
      await rm(dir, { recursive: true, force: true })
    })

    test('an order whose answer is lost is not placed again', async () => {
      for (const fault of ['hang', 'truncated', 'malformed', { status: 500 }] as const) {
        server.jobs.length = 0
        server.faults.next(fault)
        await assert.rejects(
          model.order(anOrder(model)),
          { code: 'videoModel.unknownOutcome' },
          JSON.stringify(fault),
        )
        assert.equal(server.jobs.length, 1)
      }
    })

    test('a clear no to an order stays what it is', async () => {
      for (const [status, code] of [
        [429, 'videoModel.rateLimited'],
        [400, 'videoModel.refused'],
        [401, 'videoModel.notAllowed'],
      ] as const) {
        server.faults.next({ status })
        await assert.rejects(model.order(anOrder(model)), { code })
      }
    })

    test('a question is asked again, and fails with its row when it must', async () => {
      const { remoteId } = await model.order(anOrder(model))
      server.faults.next({ status: 429, headers: { 'retry-after': '0.01' } }, { status: 502 })
      assert.equal((await model.check(remoteId)).kind, 'waiting')
      server.jobs[0]!.state = 'broken'
      const state = await model.check(remoteId)
      assert.equal('code' in state && state.code, 'failed')
      server.faults.next('malformed')
      await assert.rejects(model.check(remoteId), { code: 'videoModel.badAnswer' })
      server.faults.next({ status: 200, body: '{"id": 7}' })
      await assert.rejects(model.check(remoteId), { code: 'videoModel.badAnswer' })
    })

    test('footage that breaks off or is gone leaves no file', async () => {
      const { remoteId } = await model.order(anOrder(model))
      Object.assign(server.jobs[0]!, { state: 'done', footage: Buffer.alloc(100_000) })
      server.cutFootage(50_000)
      await assert.rejects(model.fetch(remoteId, join(dir, 'a.mp4')))
      server.cutFootage(undefined)
      server.expire()
      await assert.rejects(model.fetch(remoteId, join(dir, 'a.mp4')), { code: 'videoModel.expired' })
      assert.deepEqual(await readdir(dir), [])
    })

    test('footage on an inner address that nobody allowed is not fetched', async () => {
      const strict = make({ ...http(server.url), allow: [] })
      const { remoteId } = await strict.order(anOrder(strict))
      Object.assign(server.jobs[0]!, { state: 'done', footage: Buffer.alloc(9) })
      await assert.rejects(strict.fetch(remoteId, join(dir, 'a.mp4')), { code: 'fetch.refused' })
    })
  })
}

async function openRay2() {
  const [bedrock, s3] = await Promise.all([startBedrockInvoke(), startS3Server()])
  const model = lumaRay2({
    bucketUrl: 's3://objects/footage',
    region: s3.region,
    endpoint: bedrock.url,
    s3Endpoint: s3.endpoint,
    credentials: s3.credentials,
    maxAttempts: 1,
    timeoutMs: 2_000,
  })
  const client = new S3Client({
    region: s3.region,
    endpoint: s3.endpoint,
    credentials: s3.credentials,
    forcePathStyle: true,
  })
  const jobOf = (remoteId: string) => bedrock.jobs.find(({ arn }) => arn === remoteId)!
  return {
    model,
    bedrock,
    async finish(remoteId: string, footage: Buffer) {
      const Key = `footage/${remoteId.split('/').at(-1)}/output.mp4`
      await client.send(new PutObjectCommand({ Bucket: 'objects', Key, Body: footage }))
      jobOf(remoteId).status = 'Completed'
    },
    async refuse(remoteId: string) {
      Object.assign(jobOf(remoteId), {
        status: 'Failed',
        failureMessage: 'made to fail by content moderation',
      })
    },
    orders: () => bedrock.jobs.length,
    async close() {
      client.destroy()
      await model.close?.()
      await Promise.all([bedrock.close(), s3.close()])
    },
  }
}

videoModelContract('Luma Ray2 on Bedrock', openRay2)

describe('Luma Ray2 on Bedrock', () => {
  let subject: Awaited<ReturnType<typeof openRay2>>
  before(async () => {
    subject = await openRay2()
  })
  beforeEach(() => subject.bedrock.clear())
  after(() => subject.close())

  test('the same order twice is one job, also when the first answer was lost', async () => {
    const { model, bedrock } = subject
    bedrock.fail('truncated')
    await assert.rejects(model.order(anOrder(model)), { code: 'videoModel.unavailable' })
    const first = await model.order(anOrder(model))
    assert.deepEqual(await model.order(anOrder(model)), first)
    assert.equal(bedrock.jobs.length, 1)
    await model.order(anOrder(model, { orderKey: 'order-2' }))
    assert.equal(bedrock.jobs.length, 2)
    assert.deepEqual(bedrock.jobs[0]!.modelInput, {
      prompt: 'Bees over a meadow, slowly',
      aspect_ratio: '16:9',
      duration: '5s',
      resolution: '540p',
    })
  })

  test('failures become rows', async () => {
    const { model, bedrock } = subject
    const cases: Array<[number, string, string, string?]> = [
      [429, 'ThrottlingException', 'videoModel.rateLimited'],
      [403, 'AccessDeniedException', 'videoModel.notAllowed'],
      [400, 'ValidationException', 'videoModel.refused'],
      [
        404,
        'ResourceNotFoundException',
        'videoModel.retired',
        'This model version has reached the end of its life.',
      ],
      [500, 'InternalServerException', 'videoModel.unavailable'],
    ]
    for (const [status, type, code, message] of cases) {
      bedrock.fail({ status, type, message })
      await assert.rejects(model.order(anOrder(model)), { code }, type)
    }
    const { remoteId } = await model.order(anOrder(model))
    bedrock.jobs[0]!.status = 'Completed'
    await assert.rejects(model.fetch(remoteId, join(tmpdir(), 'never.mp4')), { code: 'videoModel.expired' })
  })
})

describe('the video models of this machine', () => {
  const config = { lumaUrl: 'http://x', runwayUrl: 'http://x' }

  test('are those that the configuration names', async () => {
    const none = openVideoModels(config)
    assert.deepEqual(none.list(), [])
    assert.throws(() => none.open(), { code: 'videoModel.noModel' })
    const two = openVideoModels({ ...config, lumaApiKey: 'k', runwayApiKey: 'k' })
    assert.deepEqual(
      two.list().map(({ id }) => id),
      ['luma:ray-3.2', 'runway:gen4.5'],
    )
    assert.equal(two.open('runway:gen4.5').title, 'Runway Gen-4.5')
    assert.throws(() => two.open('bedrock:luma-ray2'), {
      code: 'videoModel.noModel',
      message: /there is luma:ray-3.2/,
    })
  })

  test('Nova Reel is refused with its successor', () => {
    for (const id of ['bedrock:nova-reel', 'amazon.nova-reel-v1:1'])
      assert.throws(() => openVideoModels(config).open(id), {
        code: 'videoModel.retired',
        message: /bedrock:luma-ray2/,
      })
  })
})
