import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type OtlpCollector, startOtlpCollector } from '../servers/otlp-collector.ts'
import { clientOf, endOf } from './produce.ts'
import { smallRecording } from './small-recording.ts'
import { startApp, type TestApp } from './start-app.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'

describe('a product with a collector', () => {
  let dir: string
  let collector: OtlpCollector
  let app: TestApp

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'creatorops-traces-'))
    collector = await startOtlpCollector()
    app = await startApp({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
  })
  after(async () => {
    await app?.stop()
    await collector?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  test("shows a caller's request, the steps it started and their FFmpeg work as one trace", async () => {
    const client = clientOf(app)
    const { assetId } = await client.upload(await smallRecording(dir))
    const answer = await app.api('/productions', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      },
      body: JSON.stringify({ assetId }),
    })
    const { id } = (await answer.json()) as { id: string }
    assert.equal((await endOf(client, id)).state, 'succeeded')
    // The end of the process sends what is left.
    await app.shutDown()

    const ofTrace = collector.spans.filter((span) => span.traceId === traceId)
    const names = ofTrace.map(({ name }) => name)
    const request = ofTrace.find(({ name }) => name === 'POST /api/v1/productions')
    assert.ok(request, `no span of the request among ${names.join(', ')}`)
    assert.equal(request.parentSpanId, 'b7ad6b7169203331')
    assert.equal(Number(request.attributes['http.response.status_code']), answer.status)
    const steps = ofTrace.filter(({ name }) => name.startsWith('step '))
    assert.ok(steps.length >= 4, `only these steps: ${names.join(', ')}`)
    assert.ok(steps.every(({ parentSpanId }) => parentSpanId === request.spanId))
    const ffmpeg = ofTrace.filter(({ name }) => name.startsWith('ffmpeg '))
    const stepIds = new Set(steps.map(({ spanId }) => spanId))
    assert.ok(ffmpeg.length > 0 && ffmpeg.every(({ parentSpanId }) => stepIds.has(parentSpanId!)))
    assert.ok(collector.metricNames.has('ffmpeg.cpu') || collector.metricNames.size > 5)
  })
})
