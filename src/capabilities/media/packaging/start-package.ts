import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { startRun } from '../../../platform/durable/index.ts'
import { type SignDeps, assertAssets, getAsset } from '../../assets/index.ts'
import { recordAudit } from '../../audit/index.ts'
import type { Db } from '../../../platform/db/client.ts'
import { mediaErrors } from '../errors.ts'
import { assertLanguages } from './caption-track.ts'
import { type PackageWish, packageWorkflow } from './package-workflow.ts'

export type StartPackageDeps = SignDeps & { db: Db; transcoderName: 'local' | 'mediaconvert' }

/**
 * Starts the run that makes a streaming package of an asset. Encrypted ones are made on this machine, wherever the
 * others are. Fails with `assets.notFound`, `media.noVideo` or `media.badCaptions` before anything begins.
 */
export async function startPackage(
  deps: StartPackageDeps,
  input: { actor: Actor; wish: PackageWish },
): Promise<{ runId: string; assetId: string }> {
  const { actor, wish } = input
  assertMay(actor, 'media.write')
  const asset = await getAsset(deps, { actor, assetId: wish.assetId })
  if (!asset.contentType.startsWith('video/')) {
    throw mediaErrors.noVideo(`"${asset.name}" is ${asset.contentType}, not a video.`)
  }
  const captions = wish.captions ?? []
  assertLanguages(captions)
  await assertAssets(deps.db, { actor, assetIds: captions.map(({ assetId }) => assetId) })
  const isRemote = deps.transcoderName !== 'local' && !wish.encrypted
  return deps.db.transaction(async (tx) => {
    const run = await startRun(tx, {
      workflow: packageWorkflow,
      workspaceId: actor.workspaceId,
      actor,
      subjectId: asset.id,
      title: `Package "${asset.name.slice(0, 80)}"`,
      input: { wish, isRemote },
    })
    await recordAudit(tx, {
      actor,
      action: 'package.started',
      subjectId: asset.id,
      detail: { runId: run.id },
    })
    return { runId: run.id, assetId: asset.id }
  })
}
