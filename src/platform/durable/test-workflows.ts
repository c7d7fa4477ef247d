import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { sql } from 'drizzle-orm'
import { z } from 'zod'

import {
  defineStep,
  defineWorkflow,
  handleStep,
  handleWorkflow,
  type StepHandler,
  type WorkflowHandler,
} from './define.ts'
import { durableErrors } from './errors.ts'

/*
 * Steps and workflows that the tests of this folder share. They leave their trace in files of a directory, one line
 * per act, since tests kill the processes that run them.
 */

/** Appends a line to a trace file, at once on the disk. */
export function trace(dir: string, name: string, line: string): void {
  appendFileSync(join(dir, name), `${line}\n`)
}

/** The lines of a trace file so far. */
export function readTrace(dir: string, name: string): string[] {
  const path = join(dir, name)
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').filter(Boolean) : []
}

const text = z.object({ text: z.string() })

export const echoStep = defineStep({ name: 'echo', sentence: 'Say it back', input: text, output: text })

/** Holds a CPU slot until the file `open` exists, or it is cancelled. */
export const holdStep = defineStep({
  name: 'hold',
  sentence: 'Hold a slot',
  cpu: true,
  input: z.object({ label: z.string(), holdMs: z.number().optional() }),
  output: z.object({ label: z.string() }),
})

/** Starts a process that would run for a minute, notes its id, and waits for it. */
export const childStep = defineStep({
  name: 'child',
  sentence: 'Run a child process for a minute',
  cpu: true,
  input: z.object({}),
  output: z.null(),
})

/** Writes a row of its own through `once`, and waits in mid-step when told to. */
export const effectStep = defineStep({
  name: 'effect',
  sentence: 'Apply an effect',
  input: z.object({ label: z.string(), waitFor: z.string().optional() }),
  output: z.object({ number: z.number() }),
})

/** Fails as told: `until` is the try that works. With `holds` the first try waits until the file `open` exists. */
export const failStep = defineStep({
  name: 'fail',
  sentence: 'Fail as told',
  maxAttempts: 2,
  input: z.object({
    how: z.enum(['never', 'backoff', 'bug']),
    until: z.number().optional(),
    holds: z.boolean().optional(),
  }),
  output: z.object({ tries: z.number() }),
})

/** Fails once somebody holds a slot. */
export const failWhenHeldStep = defineStep({
  name: 'failWhenHeld',
  sentence: 'Fail while another step runs',
  input: z.object({}),
  output: z.null(),
})

/** Has a bug, and more tries than a bug is given. */
export const bugStep = defineStep({
  name: 'bug',
  sentence: 'Meet a bug',
  input: z.object({}),
  output: z.null(),
})

export const undoStep = defineStep({ name: 'undo', sentence: 'Undo', input: text, output: z.null() })

export const storyWorkflow = defineWorkflow({
  name: 'storyTell',
  version: 1,
  title: 'Tell a story',
  input: z.object({ labels: z.array(z.string()), waitFor: z.string().optional() }),
  output: z.object({ said: z.string(), numbers: z.array(z.number()) }),
  stages: [
    { name: 'begin', label: 'Beginning', weight: 1 },
    { name: 'middle', label: 'In the middle', weight: 2 },
    { name: 'end', label: 'Ending', weight: 1 },
  ],
})

export const holdWorkflow = defineWorkflow({
  name: 'slotsHold',
  version: 1,
  title: 'Hold slots',
  input: z.object({ labels: z.array(z.string()), holdMs: z.number().optional() }),
  output: z.object({ count: z.number() }),
  stages: [{ name: 'hold', label: 'Holding', weight: 1 }],
})

export const failWorkflow = defineWorkflow({
  name: 'failureShow',
  version: 1,
  title: 'Show a failure',
  input: failStep.input,
  output: z.object({ tries: z.number() }),
  stages: [{ name: 'fail', label: 'Failing', weight: 1 }],
})

export const childWorkflow = defineWorkflow({
  name: 'childRun',
  version: 1,
  title: 'Run a child process',
  input: z.object({}),
  output: z.null(),
  stages: [{ name: 'child', label: 'Running a child', weight: 1 }],
})

export const mixedWorkflow = defineWorkflow({
  name: 'mixedRun',
  version: 1,
  title: 'Hold a slot while something fails',
  input: z.object({}),
  output: z.null(),
  stages: [{ name: 'mix', label: 'Mixing', weight: 1 }],
})

/** Bodies of the steps above. `traces.dir` takes what they note down; a test may change it between runs. */
export function testSteps({ traces }: { traces: { dir: string } }): StepHandler[] {
  return [
    handleStep(echoStep, async (step, input) => {
      step.report(50)
      trace(traces.dir, 'echo', input.text)
      return input
    }),
    handleStep(holdStep, async (step, { label, holdMs }) => {
      trace(traces.dir, 'hold', `+${label}`)
      try {
        if (holdMs !== undefined) await delay(holdMs, undefined, { signal: step.signal })
        else await fileAppears(join(traces.dir, 'open'), step.signal)
      } finally {
        trace(traces.dir, 'hold', `-${label}`)
      }
      return { label }
    }),
    handleStep(childStep, async (step) => {
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], {
        signal: step.signal,
        killSignal: 'SIGKILL',
      })
      trace(traces.dir, 'child', String(child.pid))
      await once(child, 'exit')
      return null
    }),
    handleStep(effectStep, async (step, { label, waitFor }) => {
      trace(traces.dir, 'effect', label)
      const result = await step.once('count', async (tx) => {
        await tx.execute(sql`create table if not exists effects_seen (label text)`)
        await tx.execute(sql`insert into effects_seen values (${label})`)
        const seen = await tx.execute(
          sql`select count(*)::int as count from effects_seen where label = ${label}`,
        )
        return { number: Number(seen.rows[0]!['count']) }
      })
      trace(traces.dir, 'applied', label)
      if (waitFor === label) await fileAppears(join(traces.dir, 'open'), step.signal)
      return result
    }),
    handleStep(failStep, async (step, { how, until, holds }) => {
      trace(traces.dir, 'fail', how)
      const tries = readTrace(traces.dir, 'fail').length
      if (holds) await fileAppears(join(traces.dir, 'open'), step.signal)
      if (until !== undefined && tries >= until) return { tries }
      if (how === 'never') throw durableErrors.badSchedule('It never works.')
      throw durableErrors.engineFailed('Not now.')
    }),
    handleStep(bugStep, async () => {
      trace(traces.dir, 'bug', 'met')
      throw new TypeError('x is not a function')
    }),
    handleStep(failWhenHeldStep, async (step) => {
      await fileAppears(join(traces.dir, 'hold'), step.signal)
      throw durableErrors.badSchedule('It never works.')
    }),
    handleStep(undoStep, async (_step, { text }) => {
      trace(traces.dir, 'undo', text)
      trace(traces.dir, 'hold', 'undo')
      return null
    }),
  ]
}

export function testWorkflows(): WorkflowHandler[] {
  return [
    handleWorkflow(storyWorkflow, {
      run: async (flow, { labels, waitFor }) => {
        await flow.stage('begin')
        const { text: said } = await flow.step(echoStep, { text: 'once upon a time' })
        await flow.stage('middle', { steps: labels.length })
        const effects = await flow.all(labels.map((label) => flow.step(effectStep, { label, waitFor })))
        await flow.stage('end')
        await flow.step(echoStep, { text: 'the end' })
        return { said, numbers: effects.map((effect) => effect.number) }
      },
      onFailed: async (flow, failure) => {
        await flow.step(undoStep, { text: failure.code })
      },
    }),
    handleWorkflow(holdWorkflow, {
      run: async (flow, { labels, holdMs }) => {
        await flow.stage('hold', { steps: labels.length })
        const held = await flow.all(labels.map((label) => flow.step(holdStep, { label, holdMs })))
        return { count: held.length }
      },
      onFailed: async (flow, failure) => {
        await flow.step(undoStep, { text: failure.code })
      },
    }),
    handleWorkflow(failWorkflow, {
      run: async (flow, input) => {
        await flow.stage('fail')
        if (input.how === 'bug') await flow.step(bugStep, {})
        return await flow.step(failStep, input)
      },
      onFailed: async (flow, failure) => {
        await flow.step(undoStep, { text: failure.code })
      },
    }),
    handleWorkflow(childWorkflow, {
      run: async (flow) => {
        await flow.stage('child')
        return await flow.step(childStep, {})
      },
    }),
    handleWorkflow(mixedWorkflow, {
      run: async (flow) => {
        await flow.stage('mix', { steps: 2 })
        await flow.all([flow.step(holdStep, { label: 'a' }), flow.step(failWhenHeldStep, {})])
        return null
      },
      onFailed: async (flow, failure) => {
        await flow.step(undoStep, { text: failure.code })
      },
    }),
  ]
}

/** Lets everything go that waits in `hold` and `effect`. */
export function openGate(dir: string): void {
  writeFileSync(join(dir, 'open'), '')
}

async function fileAppears(path: string, signal: AbortSignal): Promise<void> {
  while (!existsSync(path)) await delay(10, undefined, { signal })
}
