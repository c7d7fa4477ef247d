import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { newId } from '../../../kernel/ids.ts'
import { type Run, startRun } from '../../../platform/durable/index.ts'
import { estimateCost } from '../../costs/index.ts'
import type { FootageWish } from './footage.ts'
import type { FootageDeps } from './footage-deps.ts'
import { makeFootageWorkflow } from './footage-workflow.ts'
import { footageLines, openModel } from './order-footage.ts'

/**
 * Asks for footage; the run's result is the asset. The model and the price are checked at once. Fails with
 * `videoModel.noModel`, `models.retired` or `costs.unknownPrice`; a budget refuses when the run orders.
 */
export async function startFootage(
  deps: FootageDeps,
  input: { actor: Actor; wish: FootageWish },
): Promise<Run & { estimateMicros: number }> {
  const { actor, wish } = input
  assertMay(actor, 'models.write')
  const model = await openModel(deps, actor.workspaceId, wish.modelId)
  const lines = footageLines(model, wish)
  const { totalMicros } = await estimateCost(deps, { workspaceId: actor.workspaceId, lines })
  const run = await startRun(deps.db, {
    workflow: makeFootageWorkflow,
    workspaceId: actor.workspaceId,
    actor,
    input: { ...wish, modelId: model.id },
    subjectId: newId('footage'),
    title: `Footage: ${wish.prompt.slice(0, 60)}`,
  })
  return { ...run, estimateMicros: totalMicros }
}
