import { AppError } from '../../../kernel/errors.ts'
import type { StepContext } from '../../../platform/durable/index.ts'
import { type VideoModel, videoModelErrors } from '../../../providers/video-model/index.ts'
import { type CostLine, releaseCost, reserveCost, settleCost } from '../../costs/index.ts'
import { findModel } from '../find-models.ts'
import { assertInService } from '../model.ts'
import type { FootageDeps } from './footage-deps.ts'
import type { FootageWish } from './footage.ts'
import type { PlacedFootage } from './footage-workflow.ts'

const holdMs = 3 * 3_600_000

export type OrderContext = Pick<StepContext, 'runId' | 'workspaceId' | 'signal' | 'once'>

/**
 * Reserves what footage costs and orders it, once: an earlier try of this step that may have reached a vendor without
 * keys of orders is `videoModel.unknownOutcome`, and counts as spent. Returns `isBusy` when the vendor asks to wait.
 */
export async function orderFootage(
  deps: FootageDeps,
  { runId, workspaceId, signal, once }: OrderContext,
  wish: FootageWish,
): Promise<PlacedFootage | { isBusy: true }> {
  const model = await openModel(deps, workspaceId, wish.modelId)
  const { id: reservationId } = await reserveCost(deps, {
    workspaceId,
    kind: 'video',
    lines: footageLines(model, wish),
    subjectId: runId,
    model: model.id,
    idempotencyKey: `footage/${runId}`,
    holdMs,
    ...(wish.topic ? { topic: wish.topic } : {}),
    ...(wish.videoId ? { videoId: wish.videoId } : {}),
  })
  try {
    const remoteId = await orderOnce(model, { runId, signal, once }, wish)
    return { modelId: model.id, reservationId, remoteId }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'videoModel.rateLimited') return { isBusy: true }
    const which = { workspaceId, reservationId }
    if (error.code === 'videoModel.unknownOutcome')
      await settleCost(deps, { ...which, lines: footageLines(model, wish) })
    else if (error.row.retry !== 'backoff') await releaseCost(deps, which)
    throw error
  }
}

async function orderOnce(
  model: VideoModel,
  { runId, signal, once }: Omit<OrderContext, 'workspaceId'>,
  wish: FootageWish,
): Promise<string> {
  let isFirstTry = false
  await once('intend', async () => {
    isFirstTry = true
    return true
  })
  if (!isFirstTry && !model.can.orderKeys) {
    throw videoModelErrors.unknownOutcome(`An earlier try may have ordered this from ${model.title}.`)
  }
  const { prompt, durationMs, shape, size } = wish
  const { remoteId } = await model.order({ prompt, durationMs, shape, size, orderKey: runId, signal })
  return remoteId
}

/** The model for a wish. Fails with `models.retired`, `videoModel.retired` or `videoModel.noModel`. */
export async function openModel(
  deps: FootageDeps,
  workspaceId: string,
  modelId: string | undefined,
): Promise<VideoModel> {
  if (modelId !== undefined) {
    assertInService(await findModel(deps, { workspaceId, modelId }), deps.now?.() ?? new Date())
  }
  return deps.videoModels.open(modelId)
}

/** What footage uses; the vendor's own figure where there is one. */
export function footageLines(
  model: VideoModel,
  { durationMs, size }: Pick<FootageWish, 'durationMs' | 'size'>,
  costMicros?: number,
): CostLine[] {
  const line = { item: model.priceItem(size), unit: 'seconds', quantity: durationMs / 1000 }
  return [costMicros === undefined ? line : { ...line, costMicros }]
}
