import { context, metrics, propagation, trace } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Logger } from '../log/log.ts'
import { asyncContextManager } from './async-context.ts'
import { observeProcess } from './process-metrics.ts'
import { traceContextPropagator } from './trace-context.ts'

export type TelemetryConfig = { serviceName: string; otlpEndpoint?: string; otlpHeaders?: string }

export type Telemetry = {
  /** All metrics in the Prometheus text format. */
  prometheusText(): Promise<string>
  /** Sends what is left, at most 5 s, and takes the providers down. */
  stop(): Promise<void>
}

export type StartTelemetryOptions = {
  version?: string
  /** Further receivers of finished spans, for tests. */
  spanProcessors?: SpanProcessor[]
}

/**
 * Puts traces and metrics behind the OpenTelemetry API for this process. Metrics are always there to be read by
 * `prometheusText`; traces, and metrics by OTLP, go out only when an endpoint is configured.
 */
export function startTelemetry(
  config: TelemetryConfig,
  log: Logger,
  options: StartTelemetryOptions = {},
): Telemetry {
  const resource = resourceFromAttributes({
    'service.name': config.serviceName,
    ...(options.version ? { 'service.version': options.version } : {}),
  })
  const headers = parseHeaders(config.otlpHeaders)
  const endpoint = config.otlpEndpoint

  const pull = new PullReader()
  const readers: MetricReader[] = [pull]
  const spanProcessors = [...(options.spanProcessors ?? [])]
  if (endpoint) {
    readers.push(
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${endpoint}/v1/metrics`, headers }),
      }),
    )
    spanProcessors.push(
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers }) }),
    )
  }
  const meters = new MeterProvider({ resource, readers })
  const tracers = new TracerProvider({ resource, spanProcessors })

  metrics.setGlobalMeterProvider(meters)
  context.setGlobalContextManager(asyncContextManager())
  propagation.setGlobalPropagator(traceContextPropagator())
  // Without a receiver, spans would be made only to be thrown away.
  if (spanProcessors.length > 0) trace.setGlobalTracerProvider(tracers)
  const stopProcessMetrics = observeProcess(meters.getMeter('creatorops'))
  const serializer = new PrometheusSerializer('creatorops', false, undefined, false, true)

  return {
    async prometheusText() {
      const { resourceMetrics, errors } = await pull.collect()
      for (const error of errors) log.warn({ err: error }, 'a metric could not be read')
      return serializer.serialize(resourceMetrics)
    },
    async stop() {
      stopProcessMetrics()
      const stopping = Promise.allSettled([tracers.shutdown(), meters.shutdown()])
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, 5_000)
      await Promise.race([stopping, late])
      clearTimeout(timer)
      metrics.disable()
      trace.disable()
      context.disable()
      propagation.disable()
    },
  }
}

/** A reader that does nothing by itself: `/metrics` asks it. */
class PullReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

function parseHeaders(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').filter((pair) => pair.includes('='))
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
    }),
  )
}
