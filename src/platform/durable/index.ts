/*
 * What capabilities use of the durable layer. Nothing here loads the engine's SDK: only `worker.ts` and
 * `dispatcher.ts` do, and only `app.ts` imports those.
 */
export {
  defineStep,
  defineWorkflow,
  handleStep,
  handleWorkflow,
  type Flow,
  type Stage,
  type StepContext,
  type StepDefinition,
  type StepHandler,
  type StepPromise,
  type WorkflowDefinition,
  type WorkflowHandler,
} from './define.ts'
export { cancelRun } from './cancel-run.ts'
export { durableErrors } from './errors.ts'
export { getRun, runsById } from './get-run.ts'
export { listRuns } from './list-runs.ts'
export { retryRun } from './retry-run.ts'
export { runStates, type Run, type RunError, type RunState } from './run.ts'
export {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  type Schedule,
  type ScheduleTimes,
} from './schedule-rows.ts'
export { startRun, type StartRun } from './start-run.ts'
export { sweepEffects } from './sweep-effects.ts'
