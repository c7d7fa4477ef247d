import type { StepContext } from '../../platform/durable/index.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { recordAudit } from '../audit/index.ts'
import { notify } from '../notifications/index.ts'
import type { ProductionDeps } from './production-deps.ts'
import type { RecordingInput } from './workflow.ts'

/** Tells the workspace that the production is done. */
export async function finishProduction(
  deps: ProductionDeps,
  step: StepContext,
  { productionId, assetId, title }: RecordingInput,
): Promise<{ isFinished: true }> {
  const { actor, workspaceId } = step
  await step.once('finished', async (tx) => {
    await notify(
      tx,
      {
        workspaceId,
        kind: 'production.finished',
        title: `"${title}" is ready`,
        body: 'Package, clips and drafts are made. The drafts wait for your review.',
        subjectId: productionId,
        onceKey: `${productionId} finished`,
      },
      deps.now,
    )
    await publishEvent(tx, {
      type: 'production.finished',
      workspaceId,
      subjectId: productionId,
      data: { assetId },
    })
    await recordAudit(tx, {
      actor,
      action: 'productions.finish',
      subjectId: productionId,
      detail: { assetId },
    })
  })
  return { isFinished: true }
}
