import { compileFlags } from '../src/capabilities/flags/compile-flags.ts'
import { checkFlag } from '../src/capabilities/flags/check-flag.ts'
import { evaluateFlag } from '../src/capabilities/flags/evaluate-flag.ts'
import type { Context } from '../src/capabilities/flags/match-condition.ts'
import { compareArms } from '../src/capabilities/flags/experiments/compare-arms.ts'
import { compareProportions } from '../src/capabilities/flags/experiments/statistics/compare-proportions.ts'
import {
  powerForProportions,
  unitsForProportions,
} from '../src/capabilities/flags/experiments/statistics/sample-size.ts'
import { sampleOf } from '../src/capabilities/flags/experiments/statistics/compare-means.ts'
import { choosePrompt, engineFor } from '../src/capabilities/prompts/find-prompt.ts'
import type { Prompt } from '../src/capabilities/prompts/prompt.ts'
import { readPromptLibrary } from '../src/capabilities/prompts/prompt-library.ts'
import { renderPrompt } from '../src/capabilities/prompts/render-prompt.ts'
import type { FlagStore } from '../src/capabilities/flags/flag-store.ts'
import { openFlagClient } from '../src/capabilities/flags/openfeature-provider.ts'
import { type Line, percentile } from './line.ts'

/** Flags asked for, prompts rendered, and experiments simulated: what is promised about errors is counted. */
export async function benchExperiments(options: { isShort: boolean }): Promise<Line[]> {
  const runs = options.isShort ? 200 : 2_000
  return [
    ...benchEvaluation(options.isShort ? 20_000 : 200_000),
    await benchSdk(options.isShort ? 5_000 : 50_000),
    ...benchRendering(options.isShort ? 200 : 2_000),
    ...simulateNoEffect(runs),
    ...simulatePower(runs),
  ]
}

function typicalFlags() {
  const base = { title: 'x', kind: 'boolean', variants: { on: true, off: false }, offVariant: 'off' } as const
  const ruled = checkFlag({
    ...base,
    serve: {
      split: [
        { variant: 'on', percent: 30 },
        { variant: 'off', percent: 70 },
      ],
    },
    rules: Array.from({ length: 10 }, (_, index) => ({
      when: [
        { attribute: 'plan', operator: 'in', values: [`plan-${index}`] },
        { attribute: 'seats', operator: 'atLeast', values: [5] },
      ],
      serve: { variant: 'on' },
    })),
    prerequisites: [{ flag: 'base', variants: ['on'] }],
  })
  const on = checkFlag({ ...base, serve: { variant: 'on' } })
  const many = Array.from({ length: 500 }, (_, index) => ({ key: `f${index}`, version: 1, definition: on }))
  const sources = [
    ...many,
    { key: 'base', version: 1, definition: on },
    { key: 'ruled', version: 1, definition: ruled },
  ]
  return compileFlags(sources, { environment: 'production' })
}

function benchEvaluation(count: number): Line[] {
  const flags = typicalFlags()
  const timesNs: number[] = []
  for (let index = 0; index < count; index++) {
    const context = { targetingKey: `user-${index}`, plan: 'none', seats: 9 }
    const from = process.hrtime.bigint()
    evaluateFlag(flags, 'ruled', context, Date.now())
    timesNs.push(Number(process.hrtime.bigint() - from))
  }
  const p99 = percentile(timesNs, 99) / 1_000
  return [
    {
      what: 'flag evaluation, p50',
      value: percentile(timesNs, 50) / 1_000,
      unit: 'µs',
      note: '10 rules that do not match, a prerequisite, a split; 502 flags',
    },
    { what: 'flag evaluation, p99', value: p99, unit: 'µs', target: '< 10 µs', isMet: p99 < 10 },
  ]
}

/** The same through the OpenFeature client, whose promises and hooks cost more than the flag. */
async function benchSdk(count: number): Promise<Line> {
  const flags = typicalFlags()
  const workspace = {
    experiments: new Map(),
    evaluate: (key: string, context: Context) => evaluateFlag(flags, key, context, Date.now()),
  }
  const store: FlagStore = {
    of: async () => workspace,
    onChange: () => () => undefined,
    flush: async () => undefined,
    close: async () => undefined,
  }
  const client = openFlagClient(store)
  const context = { workspaceId: 'ws_1', targetingKey: 'asset_1' }
  await client.getBooleanValue('ruled', false, context)
  const timesNs: number[] = []
  for (let index = 0; index < count; index++) {
    const from = process.hrtime.bigint()
    await client.getBooleanValue('ruled', false, context)
    timesNs.push(Number(process.hrtime.bigint() - from))
  }
  return {
    what: 'flag through the OpenFeature SDK, p99',
    value: percentile(timesNs, 99) / 1_000,
    unit: 'µs',
    note: `p50 ${(percentile(timesNs, 50) / 1_000).toFixed(1)} µs`,
  }
}

function benchRendering(count: number): Line[] {
  const prompts: Prompt[] = readPromptLibrary().map(({ definition, ...place }) => ({
    ...definition,
    ...place,
    version: 0,
    isShipped: true,
    changedBy: null,
    changedAt: null,
  }))
  const prompt = choosePrompt(prompts, { key: 'videos.script' })!
  const values = Object.fromEntries(
    prompt.variables.flatMap(({ name, example }) => (example === undefined ? [] : [[name, example]])),
  )
  const timesMs: number[] = []
  for (let index = 0; index < count; index++) {
    const from = performance.now()
    renderPrompt(engineFor(prompts, {}), prompt, values)
    timesMs.push(performance.now() - from)
  }
  return [
    {
      what: 'prompt render (videos.script), p99',
      value: percentile(timesMs, 99),
      unit: 'ms',
      note: `p50 ${percentile(timesMs, 50).toFixed(2)} ms, three partials, template read each time`,
    },
  ]
}

type Outcome = { fixedOnce: boolean; fixedPeeking: boolean; sequential: boolean }

/** 28 days with `perDay` units a day on each side, looked at every evening. */
function simulate(random: () => number, rates: [number, number], perDay: number, days: number): Outcome {
  const [a, b] = [
    { units: 0, successes: 0 },
    { units: 0, successes: 0 },
  ]
  const found: Outcome = { fixedOnce: false, fixedPeeking: false, sequential: false }
  for (let day = 1; day <= days; day++) {
    for (const [index, arm] of [a, b].entries()) {
      arm.units += perDay
      for (let unit = 0; unit < perDay; unit++) if (random() < rates[index]!) arm.successes++
    }
    const { pValue } = compareProportions(a, b)
    if (pValue <= 0.05) found.fixedPeeking = true
    if (day === days) found.fixedOnce = pValue <= 0.05
    // The product waits for 100 units before it says anything.
    if (a.units < 100) continue
    const arms = [a, b].map(({ units, successes }) => ({
      variant: '',
      exposed: units,
      ...sampleOf(units, successes, successes),
      successes,
    }))
    const { sequential } = compareArms(arms[0]!, arms[1]!, { kind: 'rate', smallestEffect: 0.05 })!
    if (sequential.pValue <= 0.05) found.sequential = true
  }
  return found
}

function share(outcomes: readonly Outcome[], which: keyof Outcome): number {
  return (outcomes.filter((outcome) => outcome[which]).length / outcomes.length) * 100
}

function simulateNoEffect(runs: number): Line[] {
  const random = seededRandom(20_261_121)
  const lines: Line[] = []
  for (const rate of [0.05, 0.3]) {
    const outcomes = Array.from({ length: runs }, () => simulate(random, [rate, rate], 60, 28))
    const sequential = share(outcomes, 'sequential')
    lines.push({
      what: `A/A, rate ${rate * 100} %: false alarms with 28 daily looks`,
      value: sequential,
      unit: '%',
      target: '≤ 5 %',
      isMet: sequential <= 5,
      note: `${runs} runs; the usual test: ${share(outcomes, 'fixedPeeking').toFixed(1)} % looked at daily, ${share(outcomes, 'fixedOnce').toFixed(1)} % once`,
    })
  }
  return lines
}

/** The usual test at the planned sample must see the effect as often as was computed; the sequential one pays for peeking. */
function simulatePower(runs: number): Line[] {
  const random = seededRandom(7)
  return [
    [0.3, 0.35],
    [0.3, 0.4],
    [0.1, 0.15],
  ].map(([from, to]) => {
    const units = Math.ceil(unitsForProportions(from!, to!))
    const perDay = Math.ceil(units / 14)
    const outcomes = Array.from({ length: runs }, () => simulate(random, [from!, to!], perDay, 14))
    const found = share(outcomes, 'fixedOnce')
    const computed = powerForProportions(from!, to!, perDay * 14) * 100
    return {
      what: `power, ${from! * 100} % → ${to! * 100} %, ${units} units a side`,
      value: found,
      unit: '%',
      target: `${computed.toFixed(1)} % as computed, ± 3`,
      isMet: Math.abs(found - computed) <= 3,
      note: `sequential at the same sample: ${share(outcomes, 'sequential').toFixed(1)} %`,
    }
  })
}

/** Mulberry32: the same runs every time, so that a changed figure means changed code. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
