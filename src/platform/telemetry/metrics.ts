import { type Attributes, type Histogram, metrics as otel } from '@opentelemetry/api'

// Instruments are looked up at each use (2 µs): one kept from before `startTelemetry` would do nothing for ever.
const meter = () => otel.getMeter('creatorops')

/** Bounds in seconds that separate a fast read from a slow write. */
const httpBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export type HttpRequestDone = { method: string; route: string; status: number; durationMs: number }

/** One answered request. `route` is the pattern (`/clips/{clipId}`), never the path, which would never repeat. */
export function recordHttpRequest({ method, route, status, durationMs }: HttpRequestDone): void {
  httpDuration().record(durationMs / 1000, { method, route, status: String(status) })
}

function httpDuration(): Histogram {
  return meter().createHistogram('http_server_request_duration_seconds', {
    unit: 's',
    description: 'Time from request to answer',
    advice: { explicitBucketBoundaries: httpBounds },
  })
}

/** CPU time of one finished FFmpeg child, and how it ended. */
export function recordFfmpeg(done: {
  kind: string
  outcome: 'done' | 'failed' | 'cancelled'
  cpuMs: number
}): void {
  const attributes: Attributes = { kind: done.kind, outcome: done.outcome }
  meter()
    .createCounter('ffmpeg_cpu_seconds', { unit: 's', description: 'CPU time of FFmpeg' })
    .add(done.cpuMs / 1000, attributes)
  meter().createCounter('ffmpeg_jobs', { description: 'FFmpeg jobs by how they ended' }).add(1, attributes)
}

/** A run that reached an end. */
export function recordRunEnded(done: { workflow: string; state: string; durationMs: number }): void {
  meter()
    .createHistogram('run_duration_seconds', {
      unit: 's',
      description: 'Time from start to end of a run',
      advice: { explicitBucketBoundaries: [1, 5, 15, 30, 60, 120, 300, 900, 1800, 3600, 7200] },
    })
    .record(done.durationMs / 1000, { workflow: done.workflow, state: done.state })
}

/**
 * Reports how many runs are in each state whenever metrics are read. Returns a function that stops it.
 * `count` may ask the database; it runs once per read.
 */
export function observeRuns(count: () => Promise<Record<string, number>>): () => void {
  const gauge = meter().createObservableGauge('runs', { description: 'Runs by state' })
  const observe: Parameters<typeof gauge.addCallback>[0] = async (result) => {
    for (const [state, value] of Object.entries(await count())) result.observe(value, { state })
  }
  gauge.addCallback(observe)
  return () => gauge.removeCallback(observe)
}
