import { implement, TerminalError, type Request } from '@restatedev/restate-sdk'

import { systemActor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Db } from '../db/client.ts'
import type { Logger } from '../log/log.ts'
import { continueTrace, withSpan } from '../telemetry/spans.ts'
import { stepContract, type Namespace, type StepCall } from './contracts.ts'
import type { CpuLimiter } from './cpu-limiter.ts'
import type { StepContext, StepHandler } from './define.ts'
import { durableErrors } from './errors.ts'
import { createProgress } from './progress.ts'
import { applyOnce } from './run-effect.ts'
import { asTerminalError, lastFailure, retryableError } from './terminal-error.ts'

export type RunStepDeps = {
  db: Db
  log: Logger
  namespace: Namespace
  limiter: CpuLimiter
  /** Bodies that are running now; the worker waits for them when it stops. */
  bodies: Set<Promise<unknown>>
}

/** A failure that is no row of a table is a bug, and trying it more often than this rarely helps. */
const bugAttempts = 3

/**
 * A step as a service of the engine. It is a call of its own, not a part of the workflow's handler: so a cancel
 * reaches it at once, its retries disturb no other step, and CPU slots can be counted.
 */
export function stepService(deps: RunStepDeps, handler: StepHandler) {
  const { step } = handler
  const failures = new Map<string, number>()
  return implement(stepContract(deps.namespace, step.name), {
    handlers: {
      run: async (ctx, call) => {
        const request = ctx.request()
        try {
          return await ctx.run(
            step.sentence,
            () => track(deps.bodies, attempt(deps, handler, request, call, failures)),
            {
              // Without `maxRetryAttempts`: the engine counts lost connections too, and a worker that was killed
              // and took a while to come back would have used up the tries of its step.
              initialRetryInterval: 500,
              maxRetryInterval: { seconds: 10 },
            },
          )
        } finally {
          failures.delete(request.id)
        }
      },
    },
    options: {
      asTerminalError,
      ingressPrivate: true,
      journalRetention: { days: 7 },
      // Longer than any step: after it has passed, a cancel no longer reaches the body. Dead peers are found by the
      // engine's keep-alive within a minute anyway, and hung children by their own watchdog.
      inactivityTimeout: { hours: 6 },
      abortTimeout: { minutes: 2 },
    },
  })
}

async function attempt(
  deps: RunStepDeps,
  handler: StepHandler,
  request: Request,
  call: StepCall,
  failures: Map<string, number>,
): Promise<unknown> {
  const signal = request.attemptCompletedSignal
  const log = deps.log.child({ runId: call.runId, workspaceId: call.workspaceId, step: call.stepId })
  const body = () =>
    continueTrace({ traceparent: call.traceparent }, () =>
      withSpan(`step ${handler.step.name}`, spanFacts(call), () => runBody(deps, handler, call, signal, log)),
    )
  try {
    if (!handler.step.cpu) return await body()
    return await deps.limiter.run({ key: call.runId, priority: handler.step.priority, signal }, body)
  } catch (error) {
    // Nobody listens to an ended attempt: the engine has already decided what comes next.
    if (signal.aborted || error instanceof TerminalError) throw error
    const count = (failures.get(request.id) ?? 0) + 1
    failures.set(request.id, count)
    const { maxAttempts, sentence } = handler.step
    if (error instanceof AppError) {
      // A refused file is an answer, not trouble for whoever reads the log.
      log[error.row.status < 500 ? 'info' : 'warn']({ err: error, code: error.code }, 'a step failed')
      throw count >= maxAttempts ? lastFailure(error) : (asTerminalError(error) ?? retryableError(error))
    }
    log.error({ err: error }, 'a step failed unexpectedly')
    if (count >= Math.min(maxAttempts, bugAttempts))
      throw lastFailure(durableErrors.stepFailed(`"${sentence}" failed.`))
    throw retryableError(error)
  }
}

async function runBody(
  deps: RunStepDeps,
  handler: StepHandler,
  call: StepCall,
  signal: AbortSignal,
  log: Logger,
): Promise<unknown> {
  const input = handler.step.input.safeParse(call.input)
  if (!input.success) {
    throw durableErrors.badInput(`The input of the step ${handler.step.name} is not valid.`, {
      cause: input.error,
    })
  }
  const key = { runId: call.runId, attempt: call.attempt }
  const progress = createProgress({
    db: deps.db,
    log,
    key,
    stage: call.stage,
    stepId: call.stepId,
    points: call.points,
  })
  const context: StepContext = {
    runId: call.runId,
    workspaceId: call.workspaceId,
    actor: systemActor(handler.step.name, call.workspaceId),
    signal,
    log,
    report: progress.report,
    once: (effect, fn) => applyOnce(deps.db, { ...key, effect: `${call.stepId}/${effect}` }, fn, signal),
  }
  const output = handler.step.output.parse(await handler.run(context, input.data))
  await progress.finish()
  return output ?? null
}

function spanFacts(call: StepCall): Record<string, string> {
  return { 'run.id': call.runId, 'workspace.id': call.workspaceId, 'step.id': call.stepId }
}

function track<T>(bodies: Set<Promise<unknown>>, body: Promise<T>): Promise<T> {
  bodies.add(body)
  const forget = () => bodies.delete(body)
  body.then(forget, forget)
  return body
}
