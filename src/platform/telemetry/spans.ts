import { type Attributes, context, propagation, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { AppError } from '../../kernel/errors.ts'

/**
 * Runs `fn` inside a span: a child of the span around it, ended when `fn` ends, marked failed when it throws.
 * Attributes are small facts (ids, sizes), never secrets. Costs next to nothing when telemetry is off.
 */
export async function withSpan<T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => Promise<T> | T,
): Promise<T> {
  return trace.getTracer('creatorops').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await fn(span)
    } catch (error) {
      if (error instanceof AppError) span.setAttribute('error.type', error.code)
      span.recordException(error instanceof Error ? error : String(error))
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: error instanceof Error ? error.message : String(error),
      })
      throw error
    } finally {
      span.end()
    }
  })
}

/** Headers (W3C `traceparent`) that let another process continue the current trace. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {}
  propagation.inject(context.active(), headers)
  return headers
}

/** Runs `fn` as part of the trace that the caller's headers name. */
export function continueTrace<T>(headers: Record<string, string | undefined>, fn: () => T): T {
  return context.with(propagation.extract(context.active(), headers), fn)
}
