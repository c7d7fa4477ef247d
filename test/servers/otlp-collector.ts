import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

type Attribute = { key: string; value: Record<string, unknown> }
type Resource = { attributes: Attribute[] }

export type ReceivedSpan = {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  attributes: Record<string, unknown>
  resource: Record<string, unknown>
}

export type OtlpCollector = {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string
  spans: ReceivedSpan[]
  /** Names of all metrics that came in. */
  metricNames: Set<string>
  /** Of every request that was taken. */
  headers: IncomingHttpHeaders[]
  /** How many of the next requests are answered with 503. */
  refuseNext: number
  stop(): Promise<void>
}

/** A collector as the OTLP 1.x specification describes it: JSON over HTTP, `POST /v1/traces` and `/v1/metrics`. */
export async function startOtlpCollector(): Promise<OtlpCollector> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => {
      if (collector.refuseNext > 0) {
        collector.refuseNext--
        response.writeHead(503, { 'retry-after': '0' }).end()
        return
      }
      collector.headers.push(request.headers)
      const isJson = request.headers['content-type'] === 'application/json'
      if (request.method !== 'POST' || !isJson) response.writeHead(415).end()
      else if (request.url === '/v1/traces') takeSpans(collector, parse(chunks))
      else if (request.url === '/v1/metrics') takeMetrics(collector, parse(chunks))
      else response.writeHead(404).end()
      if (!response.writableEnded)
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}')
    })
  })
  const collector: OtlpCollector = {
    url: '',
    spans: [],
    metricNames: new Set(),
    headers: [],
    refuseNext: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  collector.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return collector
}

function parse(chunks: Buffer[]): unknown {
  return JSON.parse(Buffer.concat(chunks).toString())
}

function takeSpans(collector: OtlpCollector, body: unknown): void {
  type Span = Omit<ReceivedSpan, 'attributes' | 'resource'> & { attributes: Attribute[] }
  const { resourceSpans } = body as {
    resourceSpans: Array<{ resource: Resource; scopeSpans: Array<{ spans: Span[] }> }>
  }
  for (const { resource, scopeSpans } of resourceSpans)
    for (const span of scopeSpans.flatMap(({ spans }) => spans))
      collector.spans.push({
        ...span,
        attributes: plain(span.attributes),
        resource: plain(resource.attributes),
      })
}

function takeMetrics(collector: OtlpCollector, body: unknown): void {
  const { resourceMetrics } = body as {
    resourceMetrics: Array<{ scopeMetrics: Array<{ metrics: Array<{ name: string }> }> }>
  }
  for (const { scopeMetrics } of resourceMetrics)
    for (const { name } of scopeMetrics.flatMap(({ metrics }) => metrics)) collector.metricNames.add(name)
}

function plain(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
