import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4Usage,
} from '@ai-sdk/provider'
import { asLlmFailure } from './ai-sdk-failure.ts'
import { type Clock, realClock } from '../../platform/clock.ts'
import { llmErrors } from './errors.ts'
import { estimateUsage } from './estimate-usage.ts'
import { notesAsText } from './notes-text.ts'
import type { Llm, LlmRequest, LlmResult, LlmUsage } from './port.ts'

export type AiSdkLlm = {
  name: string
  /** Loaded at the first call: SDKs are large, and many installations use none. */
  model(id: string): Promise<LanguageModelV4>
  /** Proves that the vendor answers; lists models where that is free. */
  check(signal?: AbortSignal): Promise<void>
  clock?: Clock
}

const defaultTimeoutMs = 120_000
const defaultIdleMs = 30_000

/** A model of the AI SDK as our port: time limits, cancellation, failures and counts are ours. */
export function aiSdkLlm({ name, model, check, clock = realClock }: AiSdkLlm): Llm {
  return {
    name,
    can: { streams: true, objects: true, isModel: true },
    check,
    async generate(request) {
      const guard = watch(name, request, clock)
      try {
        const made = await guard.race(
          (await model(request.model)).doGenerate(optionsOf(request, guard.signal)),
        )
        const text = made.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
        return resultOf(name, request, text, {
          finish: made.finishReason,
          usage: made.usage,
          id: made.response?.modelId,
        })
      } catch (cause) {
        throw guard.failure() ?? asLlmFailure(name, cause)
      } finally {
        guard.end()
      }
    },
    async *stream(request) {
      const guard = watch(name, request, clock)
      let text = ''
      try {
        const { stream } = await guard.race(
          (await model(request.model)).doStream(optionsOf(request, guard.signal)),
        )
        const reader = stream.getReader()
        const end: Ending = {}
        try {
          for (;;) {
            guard.heard()
            const { done, value } = await guard.race(reader.read())
            if (done) break
            if (value.type === 'error') throw value.error
            if (value.type === 'response-metadata') end.id = value.modelId
            if (value.type === 'finish')
              Object.assign(end, { finish: value.finishReason, usage: value.usage })
            if (value.type !== 'text-delta' || value.delta === '') continue
            text += value.delta
            yield value.delta
          }
        } finally {
          void reader.cancel().catch(() => undefined)
        }
        return resultOf(name, request, text, end)
      } catch (cause) {
        // Vendors bill what they made before it broke off.
        const detail = text === '' ? {} : { usage: estimateUsage(request, text) }
        throw asLlmFailure(name, guard.failure() ?? cause, detail)
      } finally {
        guard.end()
      }
    },
  }
}

type Ending = { finish?: LanguageModelV4FinishReason; usage?: LanguageModelV4Usage; id?: string | undefined }

function optionsOf(request: LlmRequest, abortSignal: AbortSignal): LanguageModelV4CallOptions {
  const { system, messages, notes = [], maxOutputTokens, temperature, schema } = request
  const asked =
    notes.length === 0 ? messages : [...messages, { role: 'user' as const, text: notesAsText(notes) }]
  return {
    prompt: [
      ...(system ? [{ role: 'system' as const, content: system }] : []),
      ...merged(asked).map(({ role, text }) => ({ role, content: [{ type: 'text' as const, text }] })),
    ],
    maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(schema ? { responseFormat: { type: 'json' as const, name: schema.name, schema: schema.json } } : {}),
    abortSignal,
  }
}

/** Vendors want the roles to take turns. */
function merged(messages: LlmRequest['messages']): LlmRequest['messages'] {
  const turns: Array<LlmRequest['messages'][number]> = []
  for (const message of messages) {
    const last = turns.at(-1)
    if (last?.role === message.role)
      turns[turns.length - 1] = { ...last, text: `${last.text}\n\n${message.text}` }
    else turns.push(message)
  }
  return turns
}

function resultOf(name: string, request: LlmRequest, text: string, end: Ending): LlmResult {
  const { finish, usage, id } = end
  const counted = usageOf(request, text, usage)
  const detail = { usage: counted }
  if (finish?.unified === 'content-filter') {
    throw llmErrors.refused(`${name} refused to write this.`, { detail })
  }
  // The SDK ends a stream that broke off with a reason of its own that no vendor gave.
  if (finish === undefined || (/^(other|interrupted)$/.test(finish.unified) && finish.raw === undefined)) {
    throw llmErrors.truncated(`The answer of ${name} broke off.`, { detail })
  }
  if (finish.unified === 'error' || (text === '' && finish.unified !== 'length')) {
    throw llmErrors.malformed(`${name} ended with "${finish.raw ?? finish.unified}" and no text.`, { detail })
  }
  return {
    text,
    finish: finish.unified === 'length' ? 'length' : 'stop',
    usage: counted,
    model: id ?? request.model,
  }
}

function usageOf(request: LlmRequest, text: string, usage?: LanguageModelV4Usage): LlmUsage {
  const input = usage?.inputTokens
  if (input?.total === undefined || usage?.outputTokens.total === undefined)
    return estimateUsage(request, text)
  const [cacheReadTokens, cacheWriteTokens] = [input.cacheRead ?? 0, input.cacheWrite ?? 0]
  return {
    inputTokens: input.noCache ?? Math.max(0, input.total - cacheReadTokens - cacheWriteTokens),
    outputTokens: usage.outputTokens.total,
    cacheReadTokens,
    cacheWriteTokens,
    isEstimated: false,
  }
}

/** Ends a call when the caller does, when it takes too long, or when it falls silent; `failure` says which. */
function watch(name: string, request: LlmRequest, clock: Clock) {
  const { signal, timeoutMs = defaultTimeoutMs, idleMs = defaultIdleMs } = request
  const stop = new AbortController()
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => undefined)
  let failure: Error | undefined
  const give = (error: Error) => {
    failure ??= error
    stop.abort(failure)
    stopped.reject(failure)
  }
  const onAbort = () =>
    give(llmErrors.cancelled(`The call to ${name} was cancelled.`, { cause: signal?.reason }))
  const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`
  const endTotal = clock.after(timeoutMs, () =>
    give(llmErrors.timedOut(`${name} did not finish within ${seconds(timeoutMs)}.`)),
  )
  let endIdle: (() => void) | undefined
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: stop.signal,
    failure: () => failure,
    /** Ends with the failure even where an SDK does not listen to its signal. */
    race: <T>(work: PromiseLike<T>): Promise<T> => Promise.race([work, stopped.promise]),
    heard() {
      endIdle?.()
      endIdle = clock.after(idleMs, () =>
        give(llmErrors.timedOut(`${name} was silent for ${seconds(idleMs)}.`)),
      )
    },
    end() {
      endTotal()
      endIdle?.()
      signal?.removeEventListener('abort', onAbort)
      if (!stop.signal.aborted) stop.abort()
    },
  }
}
