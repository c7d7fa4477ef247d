import type { z } from 'zod'

import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../db/client.ts'
import type { Logger } from '../log/log.ts'
import type { RunError } from './run.ts'

/**
 * The contract of a step: what goes in, what comes out, and how it is run. A step is the unit that survives a crash:
 * once it has returned, its output is kept for ever and its body never runs again for this call.
 */
export type StepDefinition<Input = unknown, Output = unknown> = {
  name: string
  /** Short sentence that operators read in the engine's console. */
  sentence: string
  /** True for work that keeps a processor busy: it waits for one of the CPU slots. */
  cpu: boolean
  /** Higher goes first when CPU slots are short on a worker. Default 0. */
  priority: number
  /** Tries in all, the first included, for failures that may pass. Default 5. */
  maxAttempts: number
  input: z.ZodType<Input>
  output: z.ZodType<Output>
}

/** Declares a step. `name` is unique in the product and stays for ever: running workflows refer to it. */
export function defineStep<Input, Output>(step: {
  name: string
  sentence: string
  cpu?: boolean
  priority?: number
  maxAttempts?: number
  input: z.ZodType<Input>
  output: z.ZodType<Output>
}): StepDefinition<Input, Output> {
  assertName(step.name)
  return { cpu: false, priority: 0, maxAttempts: 5, ...step }
}

/** A part of a workflow that people see, with its share of the whole: 100 percent are divided by the weights. */
export type Stage<Name extends string = string> = { name: Name; label: string; weight: number }

/** The contract of a workflow: a story of steps that always ends as succeeded, failed or cancelled. */
export type WorkflowDefinition<Input = unknown, Output = unknown, StageName extends string = string> = {
  name: string
  /** Count up when steps are added, removed or reordered before the last one. */
  version: number
  title: string
  input: z.ZodType<Input>
  output: z.ZodType<Output>
  stages: readonly Stage<StageName>[]
}

/** Declares a workflow. `name` is noun-verb in camelCase, unique in the product, and stays for ever. */
export function defineWorkflow<Input, Output, const StageName extends string>(
  workflow: WorkflowDefinition<Input, Output, StageName>,
): WorkflowDefinition<Input, Output, StageName> {
  assertName(workflow.name)
  return workflow
}

/** What a step's body gets beside its input. */
export type StepContext = {
  runId: string
  workspaceId: string
  /** The product itself, in the workspace of the run. */
  actor: Actor
  /** Aborted when the run is cancelled, the worker stops or the engine gives this try up: end children at once. */
  signal: AbortSignal
  log: Logger
  /** Progress of this step, 0 to 100. Cheap to call often: it is written at most four times a second. */
  report(percent: number): void
  /**
   * Applies an effect exactly once, whatever crashes: `fn` gets a transaction, and its result is stored with what
   * it wrote. If the step runs again, the stored result is returned and `fn` is not called.
   * The result must survive JSON.
   */
  once<T>(effect: string, fn: (tx: Db) => Promise<T>): Promise<T>
}

/** A step's contract with its body. Erased types: a worker holds many of them. */
export type StepHandler = {
  step: StepDefinition
  run(context: StepContext, input: unknown): Promise<unknown>
}

/** Joins a step's contract and its body. */
export function handleStep<Input, Output>(
  step: StepDefinition<Input, Output>,
  run: (context: StepContext, input: Input) => Promise<Output>,
): StepHandler {
  return { step: step as StepDefinition, run: run as StepHandler['run'] }
}

/** The pending result of a step: await it, or give several to `flow.all`. Never to `Promise.all`. */
export type StepPromise<T> = PromiseLike<T>

export type StepOutcome<Output> =
  | { output: Output; failure?: undefined }
  | { failure: RunError; output?: undefined }

/**
 * The story of one run. Only order and decisions belong here: no clock, randomness, database or environment, since
 * the whole function runs again from the top, with the stored outputs, after each crash.
 */
export type Flow<StageName extends string = string> = {
  runId: string
  workspaceId: string
  attempt: number
  /** Silent while the function is only replayed. */
  log: Logger
  /**
   * Enters a stage. `steps` is how many steps share its weight; default 1. A method, so that a flow with known
   * stage names can be passed to a function that takes any flow.
   */
  stage(name: StageName, options?: { steps?: number }): Promise<void>
  /** Starts a step. Its failure, after its own retries, is thrown here and ends the run unless caught. */
  step<Input, Output>(step: StepDefinition<Input, Output>, input: Input): StepPromise<Output>
  /**
   * Waits for all. When one fails, the others are cancelled and waited for before the failure is thrown, so that
   * nothing runs on while the run cleans up.
   */
  all<const Steps extends readonly StepPromise<unknown>[]>(
    steps: Steps,
  ): Promise<{ -readonly [Index in keyof Steps]: Awaited<Steps[Index]> }>
  /**
   * Waits for one step and returns its failure, after its own retries, instead of throwing it: for work of which a
   * part may fail. A cancel of the run is thrown nevertheless.
   */
  outcome<Output>(step: StepPromise<Output>): Promise<StepOutcome<Output>>
  /** Waits durably: the run survives restarts meanwhile. */
  sleep(ms: number): Promise<void>
}

/** A workflow's contract with its story. Erased types: a worker holds many of them. */
export type WorkflowHandler = {
  workflow: WorkflowDefinition
  run(flow: Flow, input: unknown): Promise<unknown>
  onFailed?(flow: Flow, failure: RunError, input: unknown): Promise<void>
}

/**
 * Joins a workflow's contract and its story. `onFailed` undoes what was done, by steps; it runs after a failure that
 * is not retried and after a cancel. A failure inside it is logged and does not hide the first one.
 */
export function handleWorkflow<Input, Output, StageName extends string>(
  workflow: WorkflowDefinition<Input, Output, StageName>,
  handler: {
    run(flow: Flow<StageName>, input: Input): Promise<Output>
    onFailed?(flow: Flow<StageName>, failure: RunError, input: Input): Promise<void>
  },
): WorkflowHandler {
  return { workflow, run: handler.run, onFailed: handler.onFailed } as unknown as WorkflowHandler
}

function assertName(name: string): void {
  if (!/^[a-z][a-zA-Z0-9]{0,63}$/.test(name)) throw new TypeError(`"${name}" is not a name in camelCase`)
}
