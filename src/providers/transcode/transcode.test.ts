import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type ConvertJob, startMediaConvert } from '../../../test/servers/mediaconvert-server.ts'
import { sampleJob, transcoderContract } from './contract.ts'
import { localTranscoder } from './local.ts'
import { mediaConvert } from './mediaconvert.ts'
import { mediaConvertJob, requestToken } from './mediaconvert-job.ts'
import { openTranscode } from './open-transcode.ts'
import type { TranscodeUpdate } from './port.ts'

const role = 'arn:aws:iam::123456789012:role/convert'
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }

/** MediaConvert on a local server; faults and holds are the server's. */
async function open(finish?: (job: ConvertJob) => Promise<Partial<ConvertJob>>) {
  const server = await startMediaConvert(finish)
  const options = { root: 's3://films/', role, region: 'us-east-1', credentials, pollMs: 5, hearMs: 5 }
  return { server, transcoder: mediaConvert({ ...options, endpoint: server.endpoint }) }
}

const withServer = async (
  check: (opened: Awaited<ReturnType<typeof open>>) => Promise<void>,
  finish?: (job: ConvertJob) => Promise<Partial<ConvertJob>>,
) => {
  const opened = await open(finish)
  try {
    await check(opened)
  } finally {
    await opened.server.close()
  }
}

describe('this machine as a transcoder', () => {
  transcoderContract(async () => {
    let begun = 0
    const transcoder = localTranscoder(async (job, { onProgress }) => {
      begun++
      onProgress(40)
      onProgress(20)
      const outputs = job.rungs.map(({ width, height }) => ({
        width,
        height,
        averageBitRate: 1,
        durationMs: 1,
      }))
      return { hlsKey: `${job.outputPrefix}master.m3u8`, outputs }
    })
    return { transcoder, begun: () => begun }
  })

  test('names a fault that has no row of its own, and keeps its cause', async () => {
    const transcoder = localTranscoder(async () => {
      throw new Error('disk')
    })
    await assert.rejects(transcoder.run(sampleJob()), (error: { code: string; cause: Error }) => {
      assert.deepEqual([error.code, error.cause.message], ['transcode.failed', 'disk'])
      return true
    })
  })
})

describe('MediaConvert', () => {
  const servers: Array<{ close: () => Promise<void> }> = []
  transcoderContract(async () => {
    const { server, transcoder } = await open()
    servers.push(server)
    return { transcoder, begun: () => server.jobs.size }
  })
  after(async () => {
    for (const server of servers) await server.close()
  })

  test('is asked for one CMAF output for each quality, the sound and each caption track', () => {
    const captions = [{ key: 'c/en', format: 'srt' as const, language: 'en', name: 'English' }]
    const job = mediaConvertJob(sampleJob({ captions }), { root: 's3://films/a/', role, queue: 'arn:q' })
    const [group] = job.Settings!.OutputGroups!
    assert.deepEqual(
      group!.Outputs!.map(({ NameModifier }) => NameModifier),
      ['_720p', '_480p', '_aac', '_en'],
    )
    const cmaf = group!.OutputGroupSettings!.CmafGroupSettings!
    assert.equal(cmaf.Destination, 's3://films/a/derived/asset_1/hls/abc/')
    assert.deepEqual([cmaf.SegmentLength, cmaf.FragmentLength], [4, 2])
    assert.deepEqual([cmaf.WriteHlsManifest, cmaf.WriteDashManifest], ['ENABLED', 'ENABLED'])
    const h264 = group!.Outputs![0]!.VideoDescription!.CodecSettings!.H264Settings!
    assert.deepEqual([h264.GopSize, h264.GopClosedCadence, h264.QualityTuningLevel], [2, 1, 'SINGLE_PASS'])
    assert.equal(job.Settings!.Inputs![0]!.FileInput, 's3://films/a/assets/ws_1/talk.mp4')
    assert.equal(job.ClientRequestToken!.length, 64)
    assert.equal(requestToken('a'), requestToken('a'))
  })

  test('finds the job of a first call again, so that nothing is made or paid for twice', () =>
    withServer(async ({ server, transcoder }) => {
      await transcoder.run(sampleJob())
      const done = await transcoder.run(sampleJob())
      assert.equal(done.hlsKey, 'derived/asset_1/hls/abc/talk.m3u8')
      assert.equal(done.dashKey, 'derived/asset_1/hls/abc/talk.mpd')
      assert.equal(server.jobs.size, 1)
      await transcoder.run(sampleJob({ token: 'another' }))
      assert.equal(server.jobs.size, 2)
    }))

  test('gets over answers that are busy, broken or cut off', () =>
    withServer(async ({ server, transcoder }) => {
      server.faults.next({ status: 503 }, { status: 429 }, 'truncated')
      assert.equal((await transcoder.run(sampleJob())).state, 'done')
      assert.equal(server.jobs.size, 1)
    }))

  test('that stays busy is a failure to try again; a refusal is not', () =>
    withServer(async ({ server, transcoder }) => {
      server.faults.next(...Array.from({ length: 4 }, () => ({ status: 503 })))
      await assert.rejects(transcoder.run(sampleJob()), { code: 'transcode.busy' })
      const options = { root: 's3://films/', role: 'no role', region: 'us-east-1', credentials }
      const refused = mediaConvert({ ...options, endpoint: server.endpoint })
      await assert.rejects(refused.run(sampleJob({ token: 'role' })), { code: 'transcode.rejected' })
    }))

  test('that fails is a failure with its own code and words', () =>
    withServer(
      async ({ transcoder }) => {
        await assert.rejects(transcoder.run(sampleJob()), (error: { code: string; message: string }) => {
          assert.equal(error.code, 'transcode.failed')
          assert.match(error.message, /1404.*cannot be read/)
          return true
        })
      },
      async () => ({ status: 'ERROR', errorCode: 1404, errorMessage: 'The input cannot be read.' }),
    ))

  test('is cancelled with the run', () =>
    withServer(async ({ server, transcoder }) => {
      server.hold(true)
      const stop = new AbortController()
      const onUpdate = (update: TranscodeUpdate) => update.percent >= 50 && stop.abort(new Error('cancelled'))
      await assert.rejects(transcoder.run(sampleJob(), { signal: stop.signal, onUpdate }))
      assert.equal([...server.jobs.values()][0]!.status, 'CANCELED')
    }))

  test('is believed when an event says that it is done, without being asked', () =>
    withServer(async ({ server, transcoder }) => {
      server.hold(true)
      let jobId = ''
      const event = () => ({
        source: 'aws.mediaconvert',
        'detail-type': 'MediaConvert Job State Change',
        detail: {
          jobId,
          status: 'COMPLETE',
          outputGroupDetails: [
            {
              outputDetails: [
                {
                  durationInMs: 30_022,
                  videoDetails: { widthInPx: 1280, heightInPx: 720, averageBitrate: 2e6 },
                },
              ],
            },
          ],
        },
      })
      const done = await transcoder.run(sampleJob(), {
        onSubmitted: async (id) => void (jobId = id),
        heard: async () => transcoder.readEvent(event())?.update,
      })
      assert.deepEqual(done.outputs, [{ width: 1280, height: 720, averageBitRate: 2e6, durationMs: 30_022 }])
      assert.equal(server.calls.filter((line) => line.startsWith('GET')).length, 0)
    }))

  test('reads progress and failures out of events and passes over others', () =>
    withServer(async ({ transcoder }) => {
      const event = (detail: object) => ({
        source: 'aws.mediaconvert',
        'detail-type': 'MediaConvert Job State Change',
        detail: { jobId: 'j', ...detail },
      })
      const progress = { jobPercentComplete: 42, currentPhase: 'TRANSCODING' }
      assert.deepEqual(transcoder.readEvent(event({ status: 'STATUS_UPDATE', jobProgress: progress })), {
        vendorJobId: 'j',
        update: { state: 'running', percent: 42, phase: 'TRANSCODING' },
      })
      const failed = transcoder.readEvent(event({ status: 'ERROR', errorCode: 1010, errorMessage: 'bad' }))
      assert.deepEqual(failed!.update.error, { code: '1010', message: 'bad' })
      assert.equal(transcoder.readEvent(event({ status: 'NEW_WARNING' })), undefined)
      assert.equal(transcoder.readEvent({ source: 'aws.s3' }), undefined)
      assert.equal(transcoder.readEvent(undefined), undefined)
    }))
})

test('configuration chooses the transcoder and says what is missing', () => {
  const make = async () => ({})
  assert.equal(openTranscode({ config: { transcoder: 'local' }, make }).name, 'local')
  const config = { transcoder: 'mediaconvert' as const, mediaconvertRole: role }
  const wrong = { code: 'transcode.misconfigured' }
  assert.throws(() => openTranscode({ config, make }), wrong)
  assert.throws(
    () => openTranscode({ config: { ...config, objectsUrl: 's3://b', mediaconvertRole: undefined }, make }),
    wrong,
  )
  assert.equal(openTranscode({ config: { ...config, objectsUrl: 's3://b' }, make }).name, 'mediaconvert')
  const here = { config: { ...config, objectsUrl: 's3://b' }, make, mustBeHere: true }
  assert.equal(openTranscode(here).name, 'local', 'a key must not leave this machine')
})
