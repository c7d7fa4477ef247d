import { rpc, RestatePromise, TerminalError } from '@restatedev/restate-sdk'
import type { InvocationPromise, WorkflowContext } from '@restatedev/restate-sdk'

import type { Logger } from '../log/log.ts'
import { cpuScope, stepContract, type Namespace, type RunCall } from './contracts.ts'
import type { Flow, StepPromise, WorkflowDefinition } from './define.ts'
import { stageSlice } from './percent.ts'
import type { AttemptKey } from './run-state.ts'
import { enterStage } from './run-state.ts'
import type { Db } from '../db/client.ts'
import { failureFrom, isCancelled } from './terminal-error.ts'

export type FlowDeps = {
  db: Db
  namespace: Namespace
  /** False for an engine without scopes: then only the worker's own limiter bounds CPU work. */
  hasScopes: boolean
}

/** A flow on the engine's context, and the wait for whatever steps it still has in flight. */
export function createFlow(
  deps: FlowDeps,
  ctx: WorkflowContext,
  call: RunCall,
  workflow: WorkflowDefinition,
  log: Logger,
): { flow: Flow; settle(): Promise<void> } {
  const key: AttemptKey = { runId: call.runId, attempt: call.attempt }
  const counts = new Map<string, number>()
  // Every step since the last `all`, finished or not: what is cancelled must not depend on timing, or a replay differs.
  const inFlight = new Set<InvocationPromise<unknown>>()
  let current = { name: null as string | null, pointsPerStep: 0 }

  /** Cancels and waits: a step that is not waited for could still write while the clean-up runs. */
  async function cancelInFlight(): Promise<void> {
    const pending = [...inFlight]
    inFlight.clear()
    if (pending.length === 0) return
    for (const step of pending) ctx.cancel(await step.invocationId)
    await RestatePromise.allSettled(pending)
  }

  async function settle(): Promise<void> {
    // What follows is clean-up, which is no progress.
    current = { name: null, pointsPerStep: 0 }
    await cancelInFlight()
  }

  const flow: Flow = {
    runId: call.runId,
    workspaceId: call.workspaceId,
    attempt: call.attempt,
    log,
    async stage(name, { steps = 1 } = {}) {
      const { base, share } = stageSlice(workflow.stages, name)
      const label = workflow.stages.find((stage) => stage.name === name)!.label
      current = { name, pointsPerStep: share / Math.max(1, steps) }
      await ctx.run(label, () => enterStage(deps.db, key, { name, label, base, share }))
    },
    step<Input, Output>(step: { name: string; cpu: boolean }, input: Input): StepPromise<Output> {
      const count = (counts.get(step.name) ?? 0) + 1
      counts.set(step.name, count)
      const stepId = count === 1 ? step.name : `${step.name}#${count}`
      const contract = stepContract(deps.namespace, step.name)
      const isScoped = step.cpu && deps.hasScopes
      const client = isScoped ? ctx.scope(cpuScope(deps.namespace)).client(contract) : ctx.client(contract)
      const promise = client.run(
        {
          ...key,
          workspaceId: call.workspaceId,
          ...(call.traceparent ? { traceparent: call.traceparent } : {}),
          stepId,
          stage: current.name,
          points: current.pointsPerStep,
          input,
        },
        // One lane per run inside the scope: the engine serves the lanes in turn.
        rpc.opts(isScoped ? { name: stepId, limitKey: call.runId } : { name: stepId }),
      )
      inFlight.add(promise)
      return promise as InvocationPromise<Output>
    },
    async all(steps) {
      const calls = steps as unknown as readonly InvocationPromise<unknown>[]
      try {
        const results = await RestatePromise.all(calls)
        for (const call of calls) inFlight.delete(call)
        return results as never
      } catch (error) {
        if (error instanceof TerminalError) await cancelInFlight()
        throw error
      }
    },
    async outcome(step) {
      try {
        return { output: await step }
      } catch (error) {
        if (!(error instanceof TerminalError) || isCancelled(error)) throw error
        return { failure: failureFrom(error) }
      }
    },
    async sleep(ms) {
      await ctx.sleep(ms)
    },
  }
  return { flow, settle }
}
