import { and, eq, gte, sql } from 'drizzle-orm'
import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { estimateCost } from '../costs/index.ts'
import { breakerStates } from './breaker.ts'
import { type FoundModel, findModel, findModels } from './find-models.ts'
import { type KnownBreaker, readBreakers } from './keep-breakers.ts'
import { isRetired, type ModelKind, modelSchema } from './model.ts'
import type { ModelDeps } from './model-deps.ts'
import { modelCalls } from './schema.ts'

export const modelStateSchema = modelSchema
  .extend({
    isConfigured: z.boolean(),
    isRetired: z.boolean(),
    breaker: z.enum(breakerStates),
    restsUntil: z.iso.datetime().nullable(),
    lastFailure: z.string().nullable(),
    checkedAt: z.iso.datetime().nullable(),
    checkResult: z.string().nullable(),
    lastDay: z
      .object({
        calls: z.int(),
        failedPercent: z.number(),
        p50Ms: z.number().nullable(),
        p95Ms: z.number().nullable(),
        p99Ms: z.number().nullable(),
        costMicros: z.int(),
        cached: z.int(),
      })
      .openapi({ description: "This workspace's calls of the last 24 hours." }),
    score: z
      .number()
      .openapi({ description: 'Quality from 0 to 100, with what people said about its answers.' }),
    ratings: z.int(),
    microsPerTypicalCall: z
      .int()
      .nullable()
      .openapi({ description: 'For text: 2,000 tokens in and 500 out. Null without a price.' }),
  })
  .openapi('Model')

export type ModelState = z.infer<typeof modelStateSchema>

/** The registry with the health of each model, best of each kind first. */
export async function listModels(
  deps: ModelDeps,
  input: { actor: Actor; kind?: ModelKind },
): Promise<{ items: ModelState[] }> {
  const { actor, kind } = input
  assertMay(actor, 'models.read')
  const models = await findModels(deps, { workspaceId: actor.workspaceId, ...(kind ? { kind } : {}) })
  const items = await withState(deps, actor.workspaceId, models)
  return { items: items.sort((a, b) => a.kind.localeCompare(b.kind) || b.score - a.score) }
}

/** One model with its health. Fails with `models.notFound`, naming the nearest one. */
export async function getModel(
  deps: ModelDeps,
  input: { actor: Actor; modelId: string },
): Promise<ModelState> {
  const { actor, modelId } = input
  assertMay(actor, 'models.read')
  const model = await findModel(deps, { workspaceId: actor.workspaceId, modelId })
  const [state] = await withState(deps, actor.workspaceId, [model])
  return state!
}

async function withState(
  deps: ModelDeps,
  workspaceId: string,
  models: readonly FoundModel[],
): Promise<ModelState[]> {
  const now = deps.now?.() ?? new Date()
  const breakers = await readBreakers(
    deps.db,
    models.map(({ id }) => id),
  )
  const calls = await callsOf(deps, workspaceId, now)
  const states = []
  for (const model of models) {
    const breaker = breakers.get(model.id)
    const own = calls.get(model.id)
    const { rated = 0, ratingSum = 0, ...counted } = own ?? {}
    states.push({
      ...model,
      isRetired: isRetired(model, now),
      ...shownBreaker(breaker),
      lastDay: { ...idle, ...counted },
      // Ten ratings weigh as much as what is known beforehand.
      score: Math.round((model.quality * 10 + ratingSum * 100) / (10 + rated)),
      ratings: rated,
      microsPerTypicalCall: await typicalCost(deps, workspaceId, model),
    })
  }
  return states
}

const idle = { calls: 0, failedPercent: 0, p50Ms: null, p95Ms: null, p99Ms: null, costMicros: 0, cached: 0 }

function shownBreaker(breaker: KnownBreaker | undefined) {
  const isResting = breaker !== undefined && breaker.state !== 'closed'
  return {
    breaker: breaker?.state ?? ('closed' as const),
    restsUntil: isResting ? (breaker.probeAt?.toISOString() ?? null) : null,
    lastFailure: breaker?.lastFailure ?? null,
    checkedAt: breaker?.checkedAt?.toISOString() ?? null,
    checkResult: breaker?.checkResult ?? null,
  }
}

async function callsOf(deps: ModelDeps, workspaceId: string, now: Date) {
  const lastDay = sql`${modelCalls.at} >= ${new Date(now.getTime() - 86_400_000).toISOString()}::timestamptz`
  const real = sql`${lastDay} and not ${modelCalls.isCached}`
  const count = (filter: ReturnType<typeof sql>) =>
    sql<number>`count(*) filter (where ${filter})`.mapWith(Number)
  const percentile = (share: number) =>
    sql<
      number | null
    >`percentile_cont(${share}::float8) within group (order by ${modelCalls.latencyMs}) filter (where ${real} and ${modelCalls.outcome} = 'done')`.mapWith(
      (value) => (value === null ? null : Math.round(Number(value))),
    )
  const rows = await deps.db
    .select({
      model: modelCalls.model,
      calls: count(real),
      failed: count(sql`${real} and ${modelCalls.countsForHealth} and ${modelCalls.outcome} <> 'done'`),
      cached: count(sql`${lastDay} and ${modelCalls.isCached}`),
      p50Ms: percentile(0.5),
      p95Ms: percentile(0.95),
      p99Ms: percentile(0.99),
      costMicros: sql<number>`coalesce(sum(${modelCalls.costMicros}) filter (where ${real}), 0)`.mapWith(
        Number,
      ),
      rated: sql<number>`count(${modelCalls.rating})`.mapWith(Number),
      ratingSum: sql<number>`coalesce(sum(${modelCalls.rating}), 0)`.mapWith(Number),
    })
    .from(modelCalls)
    .where(
      and(
        eq(modelCalls.workspaceId, workspaceId),
        gte(modelCalls.at, new Date(now.getTime() - 90 * 86_400_000)),
      ),
    )
    .groupBy(modelCalls.model)
  return new Map(
    rows.map(({ model, failed, ...row }) => [
      model,
      { ...row, failedPercent: row.calls === 0 ? 0 : Math.round((failed / row.calls) * 1_000) / 10 },
    ]),
  )
}

async function typicalCost(deps: ModelDeps, workspaceId: string, model: FoundModel): Promise<number | null> {
  if (model.kind !== 'text') return null
  const { item } = model.price
  const lines = [
    { item, unit: 'inputTokens', quantity: 2_000 },
    { item, unit: 'outputTokens', quantity: 500 },
  ]
  try {
    return (await estimateCost(deps, { workspaceId, lines })).totalMicros
  } catch (error) {
    // A model without a price is listed as such; calling it is what is refused.
    if ((error as { code?: string }).code === 'costs.unknownPrice') return null
    throw error
  }
}
