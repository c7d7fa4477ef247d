import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { AppError } from '../../kernel/errors.ts'
import { silentLog } from '../log/log.ts'
import { observeRuns, recordFfmpeg, recordHttpRequest, recordRunEnded } from './metrics.ts'
import { continueTrace, traceHeaders, withSpan } from './spans.ts'
import { startTelemetry, type Telemetry } from './telemetry.ts'

describe('telemetry', () => {
  let telemetry: Telemetry
  let spans: InMemorySpanExporter

  beforeEach(() => {
    spans = new InMemorySpanExporter()
    const spanProcessors = [new SimpleSpanProcessor({ exporter: spans })]
    telemetry = startTelemetry({ serviceName: 'creatorops-test' }, silentLog(), {
      version: '1.2.3',
      spanProcessors,
    })
  })
  afterEach(() => telemetry.stop())

  test('gives the standard metrics in the Prometheus format', async () => {
    recordHttpRequest({ method: 'GET', route: '/clips/{clipId}', status: 200, durationMs: 12 })
    recordHttpRequest({ method: 'GET', route: '/clips/{clipId}', status: 200, durationMs: 30 })
    recordFfmpeg({ kind: 'cut', outcome: 'done', cpuMs: 1_500 })
    recordRunEnded({ workflow: 'processRecording', state: 'succeeded', durationMs: 42_000 })
    const text = await telemetry.prometheusText()
    const has = (line: string) => assert.ok(text.split('\n').includes(line), `${line} is missing in\n${text}`)
    has(
      'creatorops_http_server_request_duration_seconds_count{method="GET",route="/clips/{clipId}",status="200"} 2',
    )
    has(
      'creatorops_http_server_request_duration_seconds_bucket{method="GET",route="/clips/{clipId}",status="200",le="0.025"} 1',
    )
    has('creatorops_ffmpeg_cpu_seconds_total{kind="cut",outcome="done"} 1.5')
    has('creatorops_run_duration_seconds_sum{workflow="processRecording",state="succeeded"} 42')
    assert.match(text, /^creatorops_process_memory_bytes\{kind="resident"\} \d{6,}$/m)
    assert.match(text, /^creatorops_process_cpu_seconds_total\{mode="user"\} /m)
    assert.match(text, /target_info\{service_name="creatorops-test",service_version="1\.2\.3"\} 1/)
  })

  test('asks for the runs when metrics are read, and no longer after that is stopped', async () => {
    let asked = 0
    const stop = observeRuns(async () => {
      asked++
      return { running: 2, queued: 1 }
    })
    assert.match(await telemetry.prometheusText(), /^creatorops_runs\{state="running"\} 2$/m)
    stop()
    await telemetry.prometheusText()
    assert.equal(asked, 1)
  })

  test('still gives the other metrics when the runs cannot be counted', async () => {
    const stop = observeRuns(() => Promise.reject(new Error('no database')))
    assert.match(await telemetry.prometheusText(), /creatorops_process_memory_bytes/)
    stop()
  })

  test('makes a span deeper in the call a child, across awaits and side by side', async () => {
    await withSpan('outer', { 'run.id': 'run_1' }, async () => {
      await Promise.all([
        withSpan('left', {}, () => Promise.resolve()),
        withSpan('right', {}, () => Promise.resolve()),
      ])
    })
    const finished = spans.getFinishedSpans()
    const outer = finished.find((span) => span.name === 'outer')!
    assert.deepEqual(outer.attributes, { 'run.id': 'run_1' })
    for (const name of ['left', 'right']) {
      const child = finished.find((span) => span.name === name)!
      assert.equal(child.parentSpanContext?.spanId, outer.spanContext().spanId)
    }
  })

  test('marks a span that failed with the code, and passes the failure on', async () => {
    const failure = new AppError('clips.tooShort', { status: 422, retry: 'never', help: 'h' }, 'Too short.')
    await assert.rejects(
      withSpan('cut', {}, () => Promise.reject(failure)),
      failure,
    )
    const [span] = spans.getFinishedSpans()
    assert.equal(span?.attributes['error.type'], 'clips.tooShort')
    assert.equal(span?.status.message, 'Too short.')
  })

  test('carries a trace into another process by traceparent', async () => {
    const headers = await withSpan('caller', {}, () => traceHeaders())
    assert.match(headers['traceparent'] ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    await continueTrace(headers, () => withSpan('callee', {}, () => Promise.resolve()))
    const [caller, callee] = spans.getFinishedSpans()
    assert.equal(callee?.spanContext().traceId, caller?.spanContext().traceId)
    assert.equal(callee?.parentSpanContext?.spanId, caller?.spanContext().spanId)
  })

  test('starts a new trace when the header is not one', async () => {
    for (const traceparent of [undefined, '', 'x', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`]) {
      await continueTrace({ traceparent }, () => withSpan('callee', {}, () => Promise.resolve()))
    }
    assert.ok(spans.getFinishedSpans().every((span) => span.parentSpanContext === undefined))
  })
})

test('without telemetry, spans and metrics cost nothing and break nothing', async () => {
  assert.equal(await withSpan('x', {}, () => 5), 5)
  assert.equal(trace.getActiveSpan(), undefined)
  recordHttpRequest({ method: 'GET', route: '/', status: 200, durationMs: 1 })
  assert.deepEqual(traceHeaders(), {})
})
