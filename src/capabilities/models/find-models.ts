import type { LlmVendor } from '../../providers/llm/index.ts'
import { modelErrors } from './errors.ts'
import { loadCatalogue, localModel, type Model, type ModelKind } from './model.ts'
import type { ModelDeps } from './model-deps.ts'
import type { AppError } from '../../kernel/errors.ts'
import { nearestName } from '../../kernel/text.ts'

export type FoundModel = Model & { isConfigured: boolean }

const localVendors: LlmVendor[] = ['ollama', 'compatible', 'gguf']
const textVendors = new Set<string>(['anthropic', 'openai', 'bedrock', 'offline'])

/** Every model a workspace could name: the catalogue, and what its own servers and folder offer right now. */
export async function findModels(
  deps: Pick<ModelDeps, 'llm' | 'hasVendor'>,
  wish: { workspaceId: string; kind?: ModelKind },
): Promise<FoundModel[]> {
  const { workspaceId, kind } = wish
  const rows = loadCatalogue().filter((model) => kind === undefined || model.kind === kind)
  const vendors = new Map<string, boolean>()
  for (const { kind: own, vendor } of rows) {
    const key = `${own}/${vendor}`
    if (!vendors.has(key)) vendors.set(key, await isConfigured(deps, workspaceId, own, vendor))
  }
  const shipped = rows.map((model) => ({
    ...model,
    isConfigured: vendors.get(`${model.kind}/${model.vendor}`)!,
  }))
  if (kind !== undefined && kind !== 'text') return shipped
  const local = await Promise.all(
    localVendors.map(async (vendor) =>
      (await deps.llm.local(vendor, workspaceId)).map((name) => ({
        ...localModel(vendor, name),
        isConfigured: true,
      })),
    ),
  )
  return [...shipped, ...local.flat()]
}

/** One model by its id. Fails with `models.notFound`, naming the nearest one. */
export async function findModel(
  deps: Pick<ModelDeps, 'llm' | 'hasVendor'>,
  wish: { workspaceId: string; modelId: string },
): Promise<FoundModel> {
  const all = await findModels(deps, { workspaceId: wish.workspaceId })
  const found = all.find(({ id }) => id === wish.modelId)
  if (found) return found
  throw unknownModelFailure(wish.modelId, all)
}

/** `models.notFound`, with the model that was probably meant. */
export function unknownModelFailure(modelId: string, all: readonly { id: string }[]): AppError {
  const near = nearestName(
    modelId,
    all.map(({ id }) => id),
  )
  return modelErrors.notFound(`There is no model ${modelId}${near ? `; did you mean ${near}?` : '.'}`)
}

async function isConfigured(
  deps: Pick<ModelDeps, 'llm' | 'hasVendor'>,
  workspaceId: string,
  kind: ModelKind,
  vendor: string,
): Promise<boolean> {
  if (vendor === 'offline') return true
  if (kind === 'text') return textVendors.has(vendor) && deps.llm.has(vendor as LlmVendor, workspaceId)
  return deps.hasVendor?.(kind, vendor) ?? false
}
