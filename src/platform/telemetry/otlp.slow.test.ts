import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { startOtlpCollector, type OtlpCollector } from '../../../test/servers/otlp-collector.ts'
import { silentLog } from '../log/log.ts'
import { recordFfmpeg } from './metrics.ts'
import { withSpan } from './spans.ts'
import { startTelemetry } from './telemetry.ts'

describe('telemetry for a collector', () => {
  let collector: OtlpCollector

  beforeEach(async () => {
    collector = await startOtlpCollector()
  })
  afterEach(() => collector.stop())

  const start = (otlpEndpoint = collector.url) =>
    startTelemetry(
      {
        serviceName: 'creatorops-test',
        otlpEndpoint,
        otlpHeaders: 'authorization=Bearer%20abc,x-team=video',
      },
      silentLog(),
      { version: '1.2.3' },
    )

  test('gets every span and metric, at the latest when the process ends', async () => {
    const telemetry = start()
    await withSpan('cut a clip', { 'clip.id': 'clip_1' }, () => withSpan('ffmpeg', {}, () => undefined))
    recordFfmpeg({ kind: 'cut', outcome: 'done', cpuMs: 1_500 })
    await telemetry.stop()

    const outer = collector.spans.find(({ name }) => name === 'cut a clip')!
    const inner = collector.spans.find(({ name }) => name === 'ffmpeg')!
    assert.equal(inner.parentSpanId, outer.spanId)
    assert.equal(inner.traceId, outer.traceId)
    assert.equal(outer.attributes['clip.id'], 'clip_1')
    assert.equal(outer.resource['service.name'], 'creatorops-test')
    assert.equal(outer.resource['service.version'], '1.2.3')
    assert.ok([...collector.metricNames].some((name) => name.includes('ffmpeg')))
  })

  test('is sent the configured headers', async () => {
    const telemetry = start()
    await withSpan('anything', {}, () => undefined)
    await telemetry.stop()
    assert.ok(collector.headers.length > 0)
    for (const headers of collector.headers) {
      assert.equal(headers['authorization'], 'Bearer abc')
      assert.equal(headers['x-team'], 'video')
    }
  })

  test('that is busy for a moment still gets them', async () => {
    const telemetry = start()
    collector.refuseNext = 1
    await withSpan('sent twice', {}, () => undefined)
    await telemetry.stop()
    assert.deepEqual(
      collector.spans.map(({ name }) => name),
      ['sent twice'],
    )
  })

  test('that is not there neither fails the work nor holds up the end', async () => {
    await collector.stop()
    const telemetry = start()
    assert.equal(await withSpan('lost', {}, () => 'done'), 'done')
    await telemetry.stop()
    collector = await startOtlpCollector()
  })
})
