import { join } from 'node:path'
import type { MediaEngine } from '../../../platform/ffmpeg/engine.ts'
import { withWorkDir } from '../../../platform/files/index.ts'
import { videoModelErrors } from '../../../providers/video-model/index.ts'
import { settleCost } from '../../costs/index.ts'
import type { Footage, FootageWish } from './footage.ts'
import type { FootageDeps } from './footage-deps.ts'
import type { PlacedFootage } from './footage-workflow.ts'
import { footageLines } from './order-footage.ts'

/**
 * Fetches finished footage, looks whether it is what was ordered, keeps it and settles its cost. Repeating it changes
 * nothing. Fails with `videoModel.badAnswer` when what came is no footage of about that length and shape.
 */
export async function keepFootage(
  deps: FootageDeps,
  context: { runId: string; workspaceId: string; signal?: AbortSignal },
  input: PlacedFootage & { wish: FootageWish; costMicros?: number },
): Promise<Footage> {
  const { workspaceId, runId, signal } = context
  const { wish, remoteId, reservationId } = input
  const model = deps.videoModels.open(input.modelId)
  return withWorkDir(deps.home, 'footage', async (dir) => {
    const path = join(dir, 'footage.mp4')
    await model.fetch(remoteId, path, signal)
    const facts = await factsOf(deps.engine, path, wish, signal)
    const { assetId } = await deps.keepFootage({ workspaceId, path, name: `footage-${runId}.mp4` })
    const lines = footageLines(model, wish, input.costMicros)
    const costMicros = await settleCost(deps, { workspaceId, reservationId, lines })
    return { assetId, modelId: model.id, costMicros, ...facts }
  })
}

async function factsOf(engine: MediaEngine, path: string, wish: FootageWish, signal?: AbortSignal) {
  const probe = await engine.probe(path, { signal }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw videoModelErrors.badAnswer('What the vendor gave is no video.', { cause })
  })
  const video = probe.streams.find(
    ({ kind, isAttachedPicture }) => kind === 'video' && !isAttachedPicture,
  )?.video
  if (!video) throw videoModelErrors.badAnswer('What the vendor gave has no picture.')
  const { width, height } = video
  const durationMs = Math.round(probe.packets.lastVideoEndMs ?? probe.packets.lastEndMs)
  if (Math.abs(durationMs - wish.durationMs) > 1_500)
    throw videoModelErrors.badAnswer(`The footage lasts ${durationMs} ms instead of ${wish.durationMs} ms.`)
  const [across, down] = wish.shape.split(':').map(Number) as [number, number]
  if (Math.abs(width / height / (across / down) - 1) > 0.1)
    throw videoModelErrors.badAnswer(`The footage is ${width} × ${height} instead of ${wish.shape}.`)
  return { durationMs, width, height }
}
