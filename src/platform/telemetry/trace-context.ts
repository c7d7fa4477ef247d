import { isSpanContextValid, type TextMapPropagator, trace, TraceFlags } from '@opentelemetry/api'

const shape = /^00-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})$/

/** W3C Trace Context, version 00 (https://www.w3.org/TR/trace-context/), without `tracestate`. */
export function traceContextPropagator(): TextMapPropagator {
  return {
    fields: () => ['traceparent'],
    inject(context, carrier, setter) {
      const span = trace.getSpanContext(context)
      if (!span || !isSpanContextValid(span)) return
      const flags = (span.traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')
      setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-${flags}`)
    },
    extract(context, carrier, getter) {
      const header = getter.get(carrier, 'traceparent')
      const parts = shape.exec((Array.isArray(header) ? header[0] : header) ?? '')?.groups
      if (!parts) return context
      const parent = {
        traceId: parts['traceId']!,
        spanId: parts['spanId']!,
        traceFlags: Number.parseInt(parts['flags']!, 16) & TraceFlags.SAMPLED,
        isRemote: true,
      }
      return isSpanContextValid(parent) ? trace.setSpanContext(context, parent) : context
    },
  }
}
