import { APICallError } from '@ai-sdk/provider'
import { AppError, type FailureOptions } from '../../kernel/errors.ts'
import { llmErrors } from './errors.ts'

/** A failure of the SDK or the network as a row of `llmErrors`, with the cause kept. */
export function asLlmFailure(name: string, cause: unknown, detail: Record<string, unknown> = {}): AppError {
  if (cause instanceof AppError) {
    return Object.keys(detail).length === 0 ? cause : withDetail(cause, detail)
  }
  const options = { cause, detail }
  if (APICallError.isInstance(cause)) return fromAnswer(name, cause, detail)
  const inner = (cause as { cause?: unknown } | undefined)?.cause
  if (inner instanceof AppError) return withDetail(inner, detail)
  const kind = nameOf(cause)
  if (/throttl|overloaded|rate.?limit|serviceUnavailable/i.test(kind)) {
    return llmErrors.busy(`${name} is busy.`, options)
  }
  if (/without a finish reason|incomplete .*frame/i.test(kind)) {
    return llmErrors.truncated(`The answer of ${name} broke off.`, options)
  }
  if (
    /normalized \w+ stream error|JSONParse|TypeValidation|InvalidResponseData|EmptyResponseBody|NoContentGenerated/.test(
      kind,
    )
  ) {
    return llmErrors.malformed(`${name} answered in a form that cannot be read.`, options)
  }
  if (/LoadAPIKey|LoadSetting|CredentialsProvider/.test(kind)) {
    return llmErrors.authFailed(`There are no credentials for ${name}.`, options)
  }
  return llmErrors.down(`${name} failed: ${messageOf(cause)}`, options)
}

function fromAnswer(name: string, error: APICallError, detail: Record<string, unknown>): AppError {
  const { statusCode: status, responseBody: body = '', responseHeaders: headers = {} } = error
  const retryAfterMs = readRetryAfter(headers)
  const options: FailureOptions = {
    cause: error,
    detail: { ...detail, status: status ?? null, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  }
  const said = `${name} answered ${status ?? 'nothing'}: ${error.message.slice(0, 300)}`
  const about = `${error.message} ${body} ${headers['x-amzn-errortype'] ?? ''}`
  const inner = (error.cause as { cause?: unknown } | undefined) ?? {}
  if (inner instanceof AppError) return withDetail(inner, detail)
  if (status === undefined) return llmErrors.down(said, options)
  if (status < 300) return llmErrors.malformed(said, options)
  if (status === 429 || status === 529 || status === 503) return llmErrors.busy(said, options)
  if (status === 408 || status === 504) return llmErrors.timedOut(said, options)
  if (status >= 500 || status === 424) return llmErrors.down(said, options)
  if (/content.?(policy|filter)|safety|guardrail|moderation/i.test(about))
    return llmErrors.refused(said, options)
  if (status === 401 || status === 403) return llmErrors.authFailed(said, options)
  if (status === 404 || /ResourceNotFound|model_not_found|end of (its )?life/i.test(about)) {
    return llmErrors.unknownModel(said, options)
  }
  if (status === 413 || /too long|context.?(length|window)|maximum context|input is too/i.test(about)) {
    return llmErrors.tooLong(said, options)
  }
  return llmErrors.invalid(said, options)
}

/** Seconds or a date, as HTTP has it; also the milliseconds some vendors send. */
export function readRetryAfter(headers: Record<string, string>, nowMs = Date.now()): number | undefined {
  const ms = Number(headers['retry-after-ms'])
  if (headers['retry-after-ms'] !== undefined && ms >= 0) return ms
  const text = headers['retry-after']
  if (text === undefined) return undefined
  const seconds = Number(text)
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - nowMs
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined
}

function withDetail(error: AppError, detail: Record<string, unknown>): AppError {
  return new AppError(error.code, error.row, error.message, {
    ...(error.cause === undefined ? {} : { cause: error.cause }),
    detail: { ...error.detail, ...detail },
  })
}

/** `ThrottlingException`, also where it is only a field of an event in a stream. */
function nameOf(error: unknown): string {
  if (typeof error === 'string') return error
  const { name = '', type = '', message = '' } = (error ?? {}) as Record<string, unknown>
  return `${String(name)} ${String(type)} ${String(message)}`
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message.slice(0, 300)
  return (typeof error === 'string' ? error : (JSON.stringify(error) ?? 'nothing was said')).slice(0, 300)
}
