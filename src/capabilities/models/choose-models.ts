import { and, eq, inArray } from 'drizzle-orm'
import { type FoundModel, findModels, unknownModelFailure } from './find-models.ts'
import { isRetired, type ModelKind } from './model.ts'
import type { ModelDeps } from './model-deps.ts'
import { modelChoices } from './schema.ts'

export type ChooseModels = {
  workspaceId: string
  kind: ModelKind
  /** What it is for, such as `script` or `caption`. */
  task?: string
  topic?: string
  /** Only models that can do this, such as `objects`. */
  abilities?: readonly string[]
  /** The least a window must hold. */
  contextTokens?: number
  /** This one and no other. */
  modelId?: string
}

export type Candidate = { model: FoundModel; skip?: string }
export type Chosen = { because: string; candidates: Candidate[] }

/**
 * The models to try, in order, and for each that will not be tried the reason. The workspace's chain for the topic and
 * task counts, then for the topic, the task, and everything; without one it is every configured model, the best
 * first. What runs on this machine comes last of those, so that there is always an answer.
 */
export async function chooseModels(
  deps: Pick<ModelDeps, 'db' | 'llm' | 'hasVendor' | 'environment' | 'now'>,
  wish: ChooseModels,
): Promise<Chosen> {
  const now = deps.now?.() ?? new Date()
  const all = await findModels(deps, wish)
  const { because, ids } = await chainOf(deps, wish, all)
  const candidates = ids.map((id): Candidate => {
    const model = all.find((one) => one.id === id)
    if (!model) return { model: unknownModel(id, wish.kind), skip: 'there is no such model any more' }
    const skip = reasonAgainst(model, wish, now)
    return skip === undefined ? { model } : { model, skip }
  })
  return { because, candidates }
}

async function chainOf(
  deps: Pick<ModelDeps, 'db' | 'environment'>,
  wish: ChooseModels,
  all: readonly FoundModel[],
): Promise<{ because: string; ids: string[] }> {
  if (wish.modelId !== undefined && !all.some(({ id }) => id === wish.modelId)) {
    throw unknownModelFailure(wish.modelId, all)
  }
  if (wish.modelId !== undefined) return { because: 'asked for by name', ids: [wish.modelId] }
  const { task = '', topic = '' } = wish
  const rows = await deps.db
    .select()
    .from(modelChoices)
    .where(
      and(
        eq(modelChoices.workspaceId, wish.workspaceId),
        eq(modelChoices.environment, deps.environment),
        eq(modelChoices.kind, wish.kind),
        inArray(modelChoices.task, ['', task]),
        inArray(modelChoices.topic, ['', topic]),
      ),
    )
  const rank = (row: { task: string; topic: string }) => (row.topic ? 2 : 0) + (row.task ? 1 : 0)
  const [best] = rows.sort((a, b) => rank(b) - rank(a))
  if (best) {
    const named = [best.topic && `topic ${best.topic}`, best.task && `task ${best.task}`].filter(Boolean)
    return { because: `chosen for ${named.join(' and ') || 'everything'}`, ids: best.chain }
  }
  const usable = all.filter((model) => model.isConfigured && model.retiredOn === undefined)
  const ids = usable.sort((a, b) => b.quality - a.quality).map(({ id }) => id)
  return { because: 'the configured models, the best first', ids }
}

function reasonAgainst(model: FoundModel, wish: ChooseModels, now: Date): string | undefined {
  if (isRetired(model, now)) {
    return `taken out of service on ${model.retiredOn}${model.successor ? `, use ${model.successor}` : ''}`
  }
  if (!model.isConfigured) return 'not configured'
  const missing = (wish.abilities ?? []).find((ability) => !model.abilities.includes(ability))
  if (missing) return `cannot do ${missing}`
  const window = model.limits.contextTokens
  if (wish.contextTokens !== undefined && window !== undefined && window < wish.contextTokens) {
    return `its window of ${window} tokens is too small`
  }
  return undefined
}

function unknownModel(id: string, kind: ModelKind): FoundModel {
  return {
    id,
    kind,
    vendor: '',
    vendorModel: '',
    title: id,
    abilities: [],
    limits: {},
    regions: [],
    price: { item: '' },
    quality: 0,
    since: '2026-01-01',
    isConfigured: false,
  }
}
