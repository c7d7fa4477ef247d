import { metrics } from '@opentelemetry/api'
import type { BreakerState } from './breaker.ts'

// Looked up at each use: an instrument kept from before telemetry started would do nothing for ever.
const meter = () => metrics.getMeter('creatorops')

/** One call of a model, for /metrics. */
export function recordModelCall(call: {
  model: string
  kind: string
  outcome: string
  latencyMs: number
  costMicros: number
  isCached: boolean
}): void {
  const { model, kind, outcome } = call
  const labels = { model, kind, outcome, cached: String(call.isCached) }
  meter().createCounter('model_calls', { description: 'Calls of models by how they ended' }).add(1, labels)
  meter()
    .createCounter('model_cost_usd', { description: 'What calls of models cost, in US dollars' })
    .add(call.costMicros / 1_000_000, { model, kind })
  if (call.isCached) return
  meter()
    .createHistogram('model_call_duration_seconds', {
      unit: 's',
      description: 'Time until a model had answered',
      advice: { explicitBucketBoundaries: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300] },
    })
    .record(call.latencyMs / 1000, { model, kind })
}

const levels: Record<BreakerState, number> = { closed: 0, halfOpen: 1, open: 2 }

/** Reports the breakers whenever metrics are read: 0 closed, 1 half-open, 2 open. Returns what stops it. */
export function observeBreakers(
  read: () => Promise<ReadonlyMap<string, { state: BreakerState }>>,
): () => void {
  const gauge = meter().createObservableGauge('model_breaker', {
    description: 'Breaker of a model: 0 closed, 1 half-open, 2 open',
  })
  const observe: Parameters<typeof gauge.addCallback>[0] = async (result) => {
    for (const [model, { state }] of await read()) result.observe(levels[state], { model })
  }
  gauge.addCallback(observe)
  return () => gauge.removeCallback(observe)
}
