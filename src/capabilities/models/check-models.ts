import { type Actor, assertMay } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import type { LlmVendor } from '../../providers/llm/index.ts'
import { findModels } from './find-models.ts'
import { noteCheck } from './keep-breakers.ts'
import type { ModelDeps } from './model-deps.ts'

export type CheckResult = { vendor: string; result: string; message: string | null; models: string[] }

/**
 * Asks each configured vendor of text whether it is there, without spending anything. A good answer ends the rest of
 * its models, so that the next call tries them again; a bad one is shown, and only real calls open a breaker.
 */
export async function checkModels(
  deps: ModelDeps,
  input: { actor: Actor; vendor?: string },
): Promise<{ items: CheckResult[] }> {
  const { actor } = input
  assertMay(actor, 'models.write')
  const all = await findModels(deps, { workspaceId: actor.workspaceId, kind: 'text' })
  const usable = all.filter((model) => model.isConfigured && model.retiredOn === undefined)
  const vendors = [...new Set(usable.map(({ vendor }) => vendor))].filter(
    (vendor) => input.vendor === undefined || vendor === input.vendor,
  )
  const items = await Promise.all(
    vendors.map(async (vendor): Promise<CheckResult> => {
      const models = usable.filter((model) => model.vendor === vendor).map(({ id }) => id)
      const { result, message } = await ask(deps, vendor as LlmVendor, actor.workspaceId)
      const at = deps.now?.() ?? new Date()
      for (const model of models) await noteCheck(deps.db, { model, result, at })
      return { vendor, result, message, models }
    }),
  )
  return { items }
}

async function ask(deps: ModelDeps, vendor: LlmVendor, workspaceId: string) {
  try {
    await (await deps.llm.open(vendor, workspaceId)).check()
    return { result: 'ok', message: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { result: error.code, message: error.message }
  }
}
