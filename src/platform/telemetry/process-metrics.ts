import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Meter } from '@opentelemetry/api'

/** Memory, CPU and event-loop delay of this process, read when metrics are read. Returns a function that stops it. */
export function observeProcess(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const startedAtS = Date.now() / 1000 - process.uptime()

  const memory = meter.createObservableGauge('process_memory_bytes', {
    unit: 'By',
    description: 'Memory by kind',
  })
  const cpu = meter.createObservableCounter('process_cpu_seconds', {
    unit: 's',
    description: 'CPU time of this process',
  })
  const lag = meter.createObservableGauge('nodejs_eventloop_delay_seconds', {
    unit: 's',
    description: 'Event-loop delay since metrics were read last',
  })
  const started = meter.createObservableGauge('process_start_time_seconds', {
    unit: 's',
    description: 'Start, Unix time',
  })

  memory.addCallback((result) => {
    const { rss, heapUsed, external } = process.memoryUsage()
    result.observe(rss, { kind: 'resident' })
    result.observe(heapUsed, { kind: 'heap' })
    result.observe(external, { kind: 'external' })
  })
  cpu.addCallback((result) => {
    const { user, system } = process.cpuUsage()
    result.observe(user / 1e6, { mode: 'user' })
    result.observe(system / 1e6, { mode: 'system' })
  })
  lag.addCallback((result) => {
    if (delay.count === 0) return
    for (const percentile of [50, 99]) {
      result.observe(delay.percentile(percentile) / 1e9, { quantile: String(percentile / 100) })
    }
    delay.reset()
  })
  started.addCallback((result) => result.observe(startedAtS))
  return () => delay.disable()
}
