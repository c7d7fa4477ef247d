import { implement, TerminalError, type WorkflowContext } from '@restatedev/restate-sdk'

import type { Db } from '../db/client.ts'
import type { Logger } from '../log/log.ts'
import { runContract, type RunCall } from './contracts.ts'
import type { Flow, WorkflowHandler } from './define.ts'
import { durableErrors } from './errors.ts'
import { createFlow, type FlowDeps } from './flow.ts'
import type { RunError } from './run.ts'
import { beginRun, failRun, hasSucceeded, succeedRun } from './run-state.ts'
import { asTerminalError, failureFrom } from './terminal-error.ts'

export type RunWorkflowDeps = FlowDeps & { db: Db; log: Logger }

/**
 * A workflow as a service of the engine. Whatever happens in the story, the row of the run ends as succeeded, failed
 * or cancelled; only the engine's own trouble and an unreachable database are left to retries.
 */
export function workflowService(deps: RunWorkflowDeps, handler: WorkflowHandler) {
  return implement(runContract(deps.namespace, handler.workflow.name), {
    handlers: { run: (ctx, call) => runStory(deps, handler, ctx, call) },
    options: {
      asTerminalError,
      journalRetention: { days: 7 },
      workflowRetention: { days: 30 },
      abortTimeout: { minutes: 2 },
      onJournalMismatchErrors: 'pause',
    },
  })
}

async function runStory(
  deps: RunWorkflowDeps,
  handler: WorkflowHandler,
  ctx: WorkflowContext,
  call: RunCall,
): Promise<unknown> {
  const key = { runId: call.runId, attempt: call.attempt }
  const log = deps.log.child({
    runId: call.runId,
    workspaceId: call.workspaceId,
    workflow: handler.workflow.name,
  })

  const { flow, settle } = createFlow(deps, ctx, call, handler.workflow, log)
  let hasBegun = false
  try {
    // 1. Claim the run. A run that was cancelled before it began, or retried since, ends here without a trace.
    hasBegun = await ctx.run('Mark the run as started', () => beginRun(deps.db, key))
    if (!hasBegun) return null

    // 2. The story. A crash anywhere in it replays it with the stored outputs of its steps.
    const result = handler.workflow.output.parse(await handler.run(flow, readInput(handler, call.input)))

    // 3. The end. A cancel that came first wins, and what was done is undone.
    if (!(await ctx.run('Store the result', () => succeedRun(deps.db, key, result)))) {
      throw durableErrors.cancelled('The run was cancelled.')
    }
    return result ?? null
  } catch (error) {
    const failure = failureFrom(error)
    if (await ctx.run('Look whether the run had ended', () => hasSucceeded(deps.db, key))) return null
    if (!(error instanceof TerminalError)) logFailure(log, failure, error)

    // 4. Undo, after nothing of the run is moving any more, and only then show the failure.
    await settle()
    if (hasBegun) await compensate(handler, flow, failure, call.input, log)
    await ctx.run('Store the failure', () => failRun(deps.db, key, failure))
    throw new TerminalError(failure.message, { errorCode: 500, metadata: { code: failure.code } })
  }
}

async function compensate(
  handler: WorkflowHandler,
  flow: Flow,
  failure: RunError,
  input: unknown,
  log: Logger,
): Promise<void> {
  try {
    await handler.onFailed?.(flow, failure, input)
  } catch (error) {
    // The first failure is the one to show; this one leaves something behind that an operator should know of.
    log.error({ err: error }, 'the clean-up after a failed run failed too')
  }
}

function readInput(handler: WorkflowHandler, input: unknown): unknown {
  const parsed = handler.workflow.input.safeParse(input)
  if (!parsed.success) throw durableErrors.badInput(`The input of ${handler.workflow.name} is not valid.`)
  return parsed.data
}

function logFailure(log: Logger, failure: RunError, error: unknown): void {
  if (failure.code === 'durable.stepFailed')
    log.error({ err: error }, 'the story of a run failed unexpectedly')
}
