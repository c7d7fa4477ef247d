import { iface } from '@restatedev/restate-sdk'

/** Keeps the services of several products, or tests, on one engine apart. Empty for the product itself. */
export type Namespace = string

/** What the engine carries for one run: ids and small facts, never bytes. */
export type RunCall = {
  runId: string
  attempt: number
  workspaceId: string
  /** Trace that the run belongs to, when there is one. */
  traceparent?: string
  input: unknown
}

/** What the engine carries for one step of a run. */
export type StepCall = {
  runId: string
  attempt: number
  workspaceId: string
  traceparent?: string
  /** The step's name, and from the second call in a run on `#<n>` behind it. */
  stepId: string
  stage: string | null
  /** Percent points of the run that this call is worth. */
  points: number
  input: unknown
}

export const runContract = (namespace: Namespace, workflow: string) =>
  iface.workflow(`${namespace}Run.${workflow}`, { run: iface.json<RunCall, unknown>() })

export const stepContract = (namespace: Namespace, step: string) =>
  iface.service(`${namespace}Step.${step}`, { run: iface.json<StepCall, unknown>() })

/** Answers with the id of the worker that consumed the call. */
export const probeContract = (namespace: Namespace) =>
  iface.service(`${namespace}Probe`, { ping: iface.json<Record<string, never>, { workerId: string }>() })

export type ScheduleTick = { generation: number; dueAtMs: number }

/** One object per schedule: a tick, sent with a delay, starts the run that is due and books the tick after it. */
export const scheduleContract = (namespace: Namespace) =>
  iface.object(`${namespace}Schedule`, {
    tick: iface.json<ScheduleTick, void>(),
  })

/** The engine's scope whose concurrency is the number of CPU slots. At most 36 characters. */
export const cpuScope = (namespace: Namespace) => `${namespace}cpu`
