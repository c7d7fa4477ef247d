import { AppError } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import type { Micros } from '../../kernel/money.ts'
import { type CostLine, costErrors, releaseCost, reserveCost, settleCost } from '../costs/index.ts'
import { type ChooseModels, chooseModels } from './choose-models.ts'
import { modelErrors } from './errors.ts'
import { passBreaker } from './keep-breakers.ts'
import { assertInService, type Model } from './model.ts'
import type { ModelDeps } from './model-deps.ts'
import { recordCall } from './record-call.ts'

/** What a call is for; every capability that uses a model says so. */
export type ModelUse = ChooseModels & {
  /** What the costs belong to, such as `run_…`. */
  subjectId: string
  videoId?: string
  postId?: string
  /** Names the call, so that a repeated step pays once; made up when nobody gives one. */
  callKey?: string
}

export type Attempt<Result> = { result: Result; lines: readonly CostLine[]; fingerprint?: string }

export type RunModel<Result> = ModelUse & {
  /** The most that a call to this model can use. */
  estimate(model: Model): readonly CostLine[]
  /** One call. A failure that was billed all the same has its `usage` in `linesOfFailure`. */
  attempt(model: Model, signal?: AbortSignal): Promise<Attempt<Result>>
  linesOfFailure?(model: Model, error: AppError): readonly CostLine[]
  /** Whether another model may be tried after this failure; by default after all but refusals and bad requests. */
  mayFailOver?(error: AppError): boolean
}

export type ModelRun<Result> = {
  result: Result
  model: Model
  costMicros: Micros
  callId: string
  /** Models that were passed over or failed before, with the reason. */
  passedOver: Array<{ model: string; because: string }>
}

/** Failures that say something about the model, not about what was asked of it or about one workspace's key. */
const unhealthy = /\.(busy|down|timedOut|truncated|malformed|rateLimited|unavailable|badAnswer|failed)$/
const final = /\.(refused|invalid|cancelled)$/

/**
 * Choose → reserve → call → settle → record, model after model until one has answered. Budgets are checked before each
 * call; where one says `degrade`, the next model of the chain that fits is taken, where it says `stop` it fails with
 * `costs.budgetExceeded`. Fails with `models.noneLeft`, `models.retired`, or the failure of the only model.
 */
export async function runModel<Result>(deps: ModelDeps, use: RunModel<Result>): Promise<ModelRun<Result>> {
  const { candidates } = await chooseModels(deps, use)
  const now = () => deps.now?.() ?? new Date()
  if (use.modelId !== undefined && candidates[0]) assertInService(candidates[0].model, now())
  const callKey = use.callKey ?? newId('use')
  const passedOver: ModelRun<Result>['passedOver'] = []
  let queue = candidates
  let last: unknown
  while (queue.length > 0) {
    const [{ model, skip }, ...rest] = queue as [(typeof queue)[number], ...typeof queue]
    queue = rest
    if (skip !== undefined) {
      passedOver.push({ model: model.id, because: skip })
      continue
    }
    const reserved = await tryReserve(deps, use, model, `${callKey}/${model.id}`)
    if (reserved instanceof AppError) {
      if (reserved.detail?.['rule'] !== 'degrade') throw reserved
      last = reserved
      passedOver.push({ model: model.id, because: 'does not fit into the budget' })
      continue
    }
    if (!(await passBreaker(deps.db, model.id, now()))) {
      await releaseCost(deps, { workspaceId: use.workspaceId, reservationId: reserved })
      passedOver.push({ model: model.id, because: 'resting after failures' })
      continue
    }
    const ended = await callOnce(deps, use, model, reserved)
    if ('done' in ended) return { ...ended.done, model, passedOver }
    last = ended.failed
    passedOver.push({ model: model.id, because: ended.failed.message })
    const mayGoOn = use.mayFailOver?.(ended.failed) ?? !final.test(ended.failed.code)
    if (!mayGoOn) throw ended.failed
  }
  if (passedOver.length === 1 && last instanceof AppError) throw last
  const said = passedOver.map(({ model, because }) => `${model}: ${because}`).join('; ')
  throw modelErrors.noneLeft(said ? `No model answered (${said}).` : 'No model is configured for this.', {
    detail: { passedOver },
    ...(last === undefined ? {} : { cause: last }),
  })
}

type Ended<Result> =
  | { done: Pick<ModelRun<Result>, 'result' | 'costMicros' | 'callId'> }
  | { failed: AppError }

async function callOnce<Result>(
  deps: ModelDeps,
  use: RunModel<Result>,
  model: Model,
  reservationId: string,
): Promise<Ended<Result>> {
  const { workspaceId, task = 'other', topic, subjectId } = use
  const which = { workspaceId, reservationId }
  const call = { workspaceId, model, task, topic, subjectId }
  const startedMs = performance.now()
  const took = () => performance.now() - startedMs
  try {
    const { result, lines, fingerprint } = await use.attempt(model)
    const latencyMs = took()
    const costMicros = await settleCost(deps, { ...which, lines, ...(fingerprint ? { fingerprint } : {}) })
    const counted = { outcome: 'done', countsForHealth: true, latencyMs, costMicros }
    return { done: { result, costMicros, callId: await recordCall(deps, { ...call, ...counted }) } }
  } catch (error) {
    if (!(error instanceof AppError)) {
      // A mistake of ours says nothing about the model, and nothing was bought that we know of.
      await releaseCost(deps, which)
      throw error
    }
    const lines = use.linesOfFailure?.(model, error) ?? []
    const costMicros = lines.length > 0 ? await settleCost(deps, { ...which, lines }) : 0
    if (lines.length === 0) await releaseCost(deps, which)
    const countsForHealth = unhealthy.test(error.code)
    await recordCall(deps, { ...call, outcome: error.code, countsForHealth, latencyMs: took(), costMicros })
    return { failed: error }
  }
}

/** The id of the reservation, or the refusal of a budget. */
async function tryReserve(
  deps: ModelDeps,
  use: RunModel<unknown>,
  model: Model,
  idempotencyKey: string,
): Promise<string | AppError> {
  const { workspaceId, subjectId, topic, videoId, postId } = use
  try {
    const reservation = await reserveCost(deps, {
      workspaceId,
      kind: model.kind === 'text' ? 'llm' : model.kind,
      lines: use.estimate(model),
      subjectId,
      model: model.id,
      // A repeated step whose call was paid already asks again: the vendor has no memory of it, so it is a new call.
      idempotencyKey: `${idempotencyKey}/${newId('try')}`,
      ...(topic ? { topic } : {}),
      ...(videoId ? { videoId } : {}),
      ...(postId ? { postId } : {}),
    })
    return reservation.id
  } catch (error) {
    if (error instanceof AppError && error.code === `${costErrors.area}.budgetExceeded`) return error
    throw error
  }
}
