import { newId } from '../../kernel/ids.ts'
import type { Micros } from '../../kernel/money.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { recordModelCall } from './metrics.ts'
import { reportToBreaker } from './keep-breakers.ts'
import type { Model } from './model.ts'
import type { ModelDeps } from './model-deps.ts'
import { modelCalls } from './schema.ts'

export type EndedCall = {
  workspaceId: string
  model: Model
  task: string
  topic?: string | undefined
  subjectId: string
  /** `done` or the code of the failure. */
  outcome: string
  countsForHealth: boolean
  latencyMs: number
  costMicros: Micros
  isCached?: boolean
}

/** Writes down how a call ended, tells the breaker and the metrics. Returns the id that a rating names. */
export async function recordCall(
  deps: Pick<ModelDeps, 'db' | 'log' | 'now'>,
  call: EndedCall,
): Promise<string> {
  const at = deps.now?.() ?? new Date()
  const { workspaceId, model, task, topic, subjectId, outcome, countsForHealth, costMicros, isCached } = call
  const id = newId('call')
  const latencyMs = Math.max(0, Math.round(call.latencyMs))
  await deps.db.insert(modelCalls).values({
    id,
    workspaceId,
    model: model.id,
    kind: model.kind,
    task,
    topic: topic ?? null,
    subjectId,
    outcome,
    countsForHealth,
    latencyMs,
    costMicros,
    isCached: isCached ?? false,
    at,
  })
  recordModelCall({
    model: model.id,
    kind: model.kind,
    outcome,
    latencyMs,
    costMicros,
    isCached: isCached ?? false,
  })
  if (!countsForHealth) return id
  const isGood = outcome === 'done'
  const { before, after } = await reportToBreaker(deps.db, {
    model: model.id,
    isGood,
    at,
    ...(isGood ? {} : { failure: outcome }),
  })
  if (before !== after) {
    deps.log.warn({ model: model.id, before, after, outcome }, 'the breaker of a model changed')
    const data = { before, after, outcome }
    await publishEvent(deps.db, { type: 'model.breakerChanged', workspaceId, subjectId: model.id, data })
  }
  return id
}
