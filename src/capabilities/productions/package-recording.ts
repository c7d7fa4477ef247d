import type { StepContext } from '../../platform/durable/index.ts'
import { withWorkDir } from '../../platform/files/index.ts'
import { getAsset, hasDerived, storeDerivedDir, withAssetFile } from '../assets/index.ts'
import { recordLocalCpu } from '../costs/index.ts'
import { packageHash, packageMedia, savePackage } from '../media/index.ts'
import { readSetting } from '../settings/index.ts'
import type { ProductionDeps } from './production-deps.ts'
import type { RecordingInput } from './workflow.ts'

/** Makes the streaming package and keeps it; done once per content and settings. */
export async function packageRecording(
  deps: ProductionDeps,
  step: StepContext,
  { assetId }: RecordingInput,
): Promise<{ packageHash: string }> {
  const { actor, signal, workspaceId, runId } = step
  const maxHeight = await readSetting(deps, workspaceId, 'package.maxHeight')
  const optionsHash = packageHash({ maxHeight })
  if (await hasDerived(deps, { assetId, actor, kind: 'hls', hash: optionsHash }))
    return { packageHash: optionsHash }

  const { sha256 } = await getAsset(deps, { actor, assetId })
  await withWorkDir(deps.home, assetId, async (outDir) => {
    const made = await withAssetFile(deps, { actor, assetId, signal }, (path) =>
      packageMedia(deps, {
        path,
        outDir,
        maxHeight,
        signal,
        onProgress: ({ percent }) => step.report((percent ?? 0) * 0.95),
      }),
    )
    const { prefix } = await storeDerivedDir(deps, {
      assetId,
      actor,
      kind: 'hls',
      hash: optionsHash,
      dir: outDir,
      signal,
    })
    await step.once('package', async (tx) => {
      const key = { workspaceId, assetId, contentSha256: sha256, optionsHash }
      await savePackage({ ...deps, db: tx }, { ...key, package: made, prefix })
      const idempotencyKey = `package ${assetId} ${optionsHash}`
      await recordLocalCpu(tx, { workspaceId, cpuMs: made.cpuMs, subjectId: runId, idempotencyKey })
    })
  })
  return { packageHash: optionsHash }
}
