import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { createExperiment, type Experiment, loadRunningExperiments, startExperiment } from '../flags/index.ts'
import { promptErrors } from './errors.ts'
import type { PromptDeps } from './find-prompt.ts'
import { type PromptPlace, placeText } from './prompt.ts'
import { getPromptVersion } from './read-prompts.ts'

/** What a test of two versions is decided by. */
export const judges = ['edits', 'approval', 'views', 'retention', 'engagement'] as const
export type Judge = (typeof judges)[number]

const shared = { maxHarm: 0, withoutValue: 'leaveOut', windowHours: null } as const

/** By what people do with the text, and by what the world does with the post. */
const metricOf = {
  edits: {
    ...shared,
    metric: 'prompt.editShare',
    title: 'Share of words changed before use',
    kind: 'mean',
    goal: 'decrease',
    smallestEffect: 0.05,
  },
  approval: {
    ...shared,
    metric: 'prompt.approved',
    title: 'Approved',
    kind: 'rate',
    goal: 'increase',
    smallestEffect: 0.05,
  },
  views: {
    ...shared,
    metric: 'result.views',
    title: 'Views',
    kind: 'mean',
    goal: 'increase',
    smallestEffect: 100,
  },
  retention: {
    ...shared,
    metric: 'result.retention',
    title: 'Share watched',
    kind: 'mean',
    goal: 'increase',
    smallestEffect: 0.03,
  },
  engagement: {
    ...shared,
    metric: 'result.engagement',
    title: 'Engagement per view',
    kind: 'mean',
    goal: 'increase',
    smallestEffect: 0.01,
  },
} as const satisfies Record<Judge, object>

/** A test that people turn away from is stopped, whatever else it promises. */
const rejected = {
  ...shared,
  metric: 'prompt.rejected',
  title: 'Thrown away',
  kind: 'rate',
  goal: 'decrease',
  role: 'guardrail',
  smallestEffect: 0.05,
  maxHarm: 0.1,
} as const

export const comparedSchema = z.strictObject({
  version: z.int().min(0),
  percent: z.number().gt(0).max(100).openapi({ description: 'The shares add up to 100.' }),
})

export type ComparePrompts = PromptPlace & {
  actor: Actor
  /** The first is the control. */
  versions: ReadonlyArray<{ version: number; percent: number }>
  judgedBy?: Judge
  /** In each variant before a verdict. Default 100. */
  minUnits?: number
  minDays?: number
}

/**
 * Starts an experiment between versions of one prompt. From then on `usePrompt` gives each unit one of them, and what
 * people and platforms do with the result decides. Needs `experiments.write` too. Refuses shares that do not add up
 * (`experiments.weights`), and a second test in the same place (`prompts.testing`).
 */
export async function comparePrompts(deps: PromptDeps, input: ComparePrompts): Promise<Experiment> {
  const { actor, key, topic, language, versions, judgedBy = 'edits' } = input
  assertMay(actor, 'prompts.write')
  const place = { key, topic, language }
  const reader = { ...actor, permissions: new Set([...actor.permissions, 'prompts.read']) }
  for (const { version } of versions) {
    const { definition } = await getPromptVersion(deps, { ...place, actor: reader, version })
    if (!definition) throw promptErrors.invalid(`Version ${version} is a removal and cannot be tested.`)
    if (definition.isPartial) throw promptErrors.invalid('A partial is tested with the prompts that use it.')
  }
  const control = `v${versions[0]?.version ?? 0}`
  return deps.db.transaction(async (tx) => {
    const running = await findRunningTest(tx, actor.workspaceId, place)
    if (running) throw promptErrors.testing(`"${placeText(place)}" is being tested by "${running.key}".`)
    const made = await createExperiment(
      { ...deps, db: tx },
      {
        actor,
        key: `prompt.${newId('t').slice(2, 12).toLowerCase()}.${key}`.slice(0, 100),
        definition: {
          title: `${placeText(place)}: ${versions.map(({ version }) => `v${version}`).join(' or ')}`.slice(
            0,
            120,
          ),
          hypothesis: `Judged by: ${metricOf[judgedBy].title.toLowerCase()}.`,
          unit: 'text',
          control,
          variants: versions.map(({ version, percent }) => ({
            key: `v${version}`,
            title: `Version ${version}`,
            percent,
            value: { prompt: place, version },
          })),
          metrics: [
            ...judges.map((judge) => ({
              ...metricOf[judge],
              role: judge === judgedBy ? 'primary' : 'secondary',
            })),
            rejected,
          ],
          ...(input.minUnits === undefined ? {} : { minUnits: input.minUnits }),
          ...(input.minDays === undefined ? {} : { minDays: input.minDays }),
        },
      },
    )
    return startExperiment({ ...deps, db: tx }, { actor, key: made.key, version: made.version })
  })
}

const testedSchema = z.object({
  prompt: z.object({ key: z.string(), topic: z.string(), language: z.string() }),
  version: z.int(),
})

export type RunningTest = { key: string; versions: Record<string, number> }

/** The running test of a prompt in its place, with the version that each variant stands for. */
export async function findRunningTest(
  db: Db,
  workspaceId: string,
  place: PromptPlace,
): Promise<RunningTest | undefined> {
  for (const { key, values } of await loadRunningExperiments(db, workspaceId)) {
    const versions = Object.entries(values).flatMap(([variant, value]) => {
      const tested = testedSchema.safeParse(value)
      if (!tested.success) return []
      const { prompt, version } = tested.data
      const isSame =
        prompt.key === place.key && prompt.topic === place.topic && prompt.language === place.language
      return isSame ? [[variant, version] as const] : []
    })
    if (versions.length > 0) return { key, versions: Object.fromEntries(versions) }
  }
  return undefined
}
