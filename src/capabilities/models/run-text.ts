import type { z } from 'zod'
import type { AppError } from '../../kernel/errors.ts'
import {
  countTokens,
  fitContext,
  generateObject as objectFrom,
  type LeftOut,
  type Llm,
  type LlmRequest,
  type LlmResult,
  type LlmUsage,
  type LlmVendor,
  withRetries,
} from '../../providers/llm/index.ts'
import { type CostLine, recordCost } from '../costs/index.ts'
import { chooseModels } from './choose-models.ts'
import { findCached, fingerprintOf, keepCached } from './dev-cache.ts'
import type { Model } from './model.ts'
import type { ModelDeps } from './model-deps.ts'
import { recordCall } from './record-call.ts'
import { type ModelRun, type ModelUse, runModel } from './run-model.ts'

export type TextUse = Omit<ModelUse, 'kind' | 'contextTokens' | 'abilities'> &
  Omit<LlmRequest, 'model' | 'schema'>

export type TextAnswer = LlmResult & {
  modelId: string
  costMicros: number
  callId: string
  /** Served from the development cache, for nothing. */
  isCached: boolean
  /** Notes that were shortened or cut to fit the window. */
  leftOut: LeftOut[]
  passedOver: ModelRun<unknown>['passedOver']
}

type Made = LlmResult & { leftOut: LeftOut[] }

/**
 * Text from the best model that may be used and answers. Notes are fitted into each model's window. Fails as
 * `runModel` does, and with the rows of `llm`.
 */
export async function generateText(deps: ModelDeps, use: TextUse): Promise<TextAnswer> {
  return runText(deps, use, [], async (llm, request) => llm.generate(request))
}

/** The same in pieces, as they come. When a model breaks off after its first piece, no other one takes over. */
export async function* streamText(deps: ModelDeps, use: TextUse): AsyncGenerator<string, TextAnswer> {
  const pieces: string[] = []
  const state = { hasBegun: false, isOver: false }
  const left = new AbortController()
  const signal = use.signal ? AbortSignal.any([use.signal, left.signal]) : left.signal
  let wake = Promise.withResolvers<void>()
  const push = (piece: string) => {
    state.hasBegun = true
    pieces.push(piece)
    wake.resolve()
  }
  const whole = runText(
    deps,
    { ...use, signal },
    [],
    async (llm, request) => {
      const stream = llm.stream(request)
      for (;;) {
        const { done, value } = await stream.next()
        if (done) return value
        push(value)
      }
    },
    {
      mayFailOver: (error) => !state.hasBegun && !/\.(refused|invalid|cancelled)$/.test(error.code),
      onCached: push,
    },
  ).finally(() => {
    state.isOver = true
    wake.resolve()
  })
  whole.catch(() => undefined)
  try {
    while (!state.isOver || pieces.length > 0) {
      if (pieces.length === 0) await wake.promise
      wake = Promise.withResolvers<void>()
      for (const piece of pieces.splice(0)) yield piece
      if (state.isOver && pieces.length === 0) break
    }
    return await whole
  } finally {
    left.abort()
  }
}

/** Data that fits a zod schema, repaired where needed. Only models that can give data by schema are tried. */
export async function generateObject<Value>(
  deps: ModelDeps,
  use: TextUse & { schema: { name: string; shape: z.ZodType<Value> } },
): Promise<Omit<TextAnswer, 'text' | 'finish' | 'label'> & { value: Value; repairs: number }> {
  const { schema, ...rest } = use
  const answer = await runText(
    deps,
    rest,
    ['objects'],
    async (llm, request) => {
      const made = await objectFrom(llm, request, schema)
      const kept = JSON.stringify({ value: made.value, repairs: made.repairs })
      return { text: kept, finish: 'stop', usage: made.usage, model: made.model }
    },
    { asks: schema.name },
  )
  const { text, finish: _finish, label: _label, ...shown } = answer
  const { value, repairs } = JSON.parse(text) as { value: Value; repairs: number }
  return { ...shown, value, repairs }
}

type Options = {
  mayFailOver?: (error: AppError) => boolean
  onCached?: (text: string) => void
  /** Part of the fingerprint: the same words asked for as something else. */
  asks?: string
}

async function runText(
  deps: ModelDeps,
  use: TextUse,
  abilities: readonly string[],
  call: (llm: Llm, request: LlmRequest) => Promise<LlmResult>,
  options: Options = {},
): Promise<TextAnswer> {
  const wanted = { ...use, kind: 'text' as const, abilities, contextTokens: tokensWithoutNotes(use) }
  const cached = await fromCache(deps, wanted, options)
  if (cached) return cached
  const run = await runModel<Made>(deps, {
    ...wanted,
    estimate: (model) => linesOf(model, mostUsage(use, model)),
    async attempt(model) {
      const { request, leftOut } = await requestFor(use, model)
      const llm = withRetries(await deps.llm.open(model.vendor as LlmVendor, use.workspaceId), {
        ...(deps.clock ? { clock: deps.clock } : {}),
        ...(deps.random ? { random: deps.random } : {}),
      })
      const made = await call(llm, request)
      const fingerprint = fingerprintOf(`${model.id}/${options.asks ?? ''}`, use)
      const answer = { ...made, leftOut }
      await keepCached(deps, { workspaceId: use.workspaceId, fingerprint, answer })
      return { result: answer, lines: linesOf(model, made.usage), fingerprint }
    },
    linesOfFailure(model, error) {
      const usage = error.detail?.['usage'] as LlmUsage | undefined
      return usage ? linesOf(model, usage) : []
    },
    ...(options.mayFailOver ? { mayFailOver: options.mayFailOver } : {}),
  })
  const { result, model, costMicros, callId, passedOver } = run
  return { ...result, modelId: model.id, costMicros, callId, isCached: false, passedOver }
}

async function fromCache(
  deps: ModelDeps,
  use: TextUse & { kind: 'text'; abilities: readonly string[] },
  options: Options,
): Promise<TextAnswer | undefined> {
  if (deps.environment !== 'development') return undefined
  const { workspaceId, subjectId, topic, task = 'other' } = use
  const first = (await chooseModels(deps, use)).candidates.find(({ skip }) => skip === undefined)?.model
  if (!first) return undefined
  const fingerprint = fingerprintOf(`${first.id}/${options.asks ?? ''}`, use)
  const answer = await findCached<Made>(deps, { workspaceId, fingerprint })
  if (!answer) return undefined
  options.onCached?.(answer.text)
  const call = { workspaceId, model: first, task, topic, subjectId, outcome: 'done', countsForHealth: false }
  const callId = await recordCall(deps, { ...call, latencyMs: 0, costMicros: 0, isCached: true })
  await recordCost(deps.db, {
    workspaceId,
    kind: 'llm',
    item: first.price.item,
    quantity: answer.usage.outputTokens,
    unit: 'outputTokens',
    costMicros: 0,
    isCached: true,
    subjectId,
    model: first.id,
    fingerprint,
    ...(topic ? { topic } : {}),
    idempotencyKey: `cached/${callId}`,
    usedAt: deps.now?.() ?? new Date(),
  })
  return { ...answer, modelId: first.id, costMicros: 0, callId, isCached: true, passedOver: [] }
}

async function requestFor(use: TextUse, model: Model): Promise<{ request: LlmRequest; leftOut: LeftOut[] }> {
  const { system, messages, notes = [], temperature, timeoutMs, idleMs, signal } = use
  const maxOutputTokens = Math.min(use.maxOutputTokens, model.limits.outputTokens ?? use.maxOutputTokens)
  const window = model.limits.contextTokens ?? 8_192
  const about = messages.findLast(({ role }) => role === 'user')?.text ?? ''
  const mostTokens = window - maxOutputTokens - tokensWithoutNotes(use) - notes.length * 12
  const fit = await fitContext({ notes, about, mostTokens })
  const request: LlmRequest = { model: model.vendorModel, messages, maxOutputTokens, notes: fit.notes }
  if (system !== undefined) request.system = system
  if (temperature !== undefined) request.temperature = temperature
  if (timeoutMs !== undefined) request.timeoutMs = timeoutMs
  if (idleMs !== undefined) request.idleMs = idleMs
  if (signal !== undefined) request.signal = signal
  return { request, leftOut: fit.leftOut }
}

function tokensWithoutNotes({ system = '', messages }: TextUse): number {
  return countTokens([system, ...messages.map(({ text }) => text)].join('\n')) + 8 * (messages.length + 1)
}

/** The most a call can use: all of the input at the full price, with a quarter to spare for counting, and all output. */
function mostUsage(use: TextUse, model: Model): LlmUsage {
  const notes = (use.notes ?? []).reduce((sum, { text }) => sum + countTokens(text) + 12, 0)
  const window = model.limits.contextTokens ?? Number.POSITIVE_INFINITY
  const inputTokens = Math.min(Math.ceil((tokensWithoutNotes(use) + notes) * 1.25), window)
  const outputTokens = Math.min(use.maxOutputTokens, model.limits.outputTokens ?? use.maxOutputTokens)
  return { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, isEstimated: true }
}

/** What a usage is called in the price table; long prompts have rows of their own. */
function linesOf(model: Model, usage: LlmUsage): CostLine[] {
  const { longItem, longAboveTokens = Number.POSITIVE_INFINITY } = model.price
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens
  const item = longItem && prompt > longAboveTokens ? longItem : model.price.item
  const isOwn = item === 'local.model'
  const lines = [
    { item, unit: 'inputTokens', quantity: usage.inputTokens + (isOwn ? usage.cacheReadTokens : 0) },
    { item, unit: 'outputTokens', quantity: usage.outputTokens },
    { item, unit: 'cacheReadTokens', quantity: isOwn ? 0 : usage.cacheReadTokens },
    { item, unit: 'cacheWriteTokens', quantity: isOwn ? 0 : usage.cacheWriteTokens },
  ]
  return lines.filter(({ quantity }) => quantity > 0)
}
