import type { StepContext } from '../../platform/durable/index.ts'
import { withWorkDir } from '../../platform/files/index.ts'
import { getAsset, storeDerivedDir, withAssetFile } from '../assets/index.ts'
import { analysisHash, analyzeMedia, findAnalysis, probeMedia, saveAnalysis } from '../media/index.ts'
import { readSetting } from '../settings/index.ts'
import type { ProductionDeps } from './production-deps.ts'
import type { RecordingInput } from './workflow.ts'

/** Analyses the recording with the workspace's settings and keeps what was found; done once per content and settings. */
export async function analyzeRecording(
  deps: ProductionDeps,
  step: StepContext,
  { assetId }: RecordingInput,
): Promise<{ analysisHash: string }> {
  const { actor, signal, workspaceId } = step
  const thresholdPercent = await readSetting(deps, workspaceId, 'analysis.silencePercent')
  const options = { threshold: thresholdPercent / 100 }
  const optionsHash = analysisHash(options)
  if (await findAnalysis(deps, { workspaceId, assetId, optionsHash })) return { analysisHash: optionsHash }

  const { sha256 } = await getAsset(deps, { actor, assetId })
  await withWorkDir(deps.home, assetId, async (outDir) => {
    const found = await withAssetFile(deps, { actor, assetId, signal }, async (path) => {
      const probe = await probeMedia(deps, { path, signal })
      const onProgress = ({ percent }: { percent?: number }) => step.report((percent ?? 0) * 0.95)
      return {
        probe,
        analysis: await analyzeMedia(deps, { path, outDir, options, probe, signal, onProgress }),
      }
    })
    const { prefix } = await storeDerivedDir(deps, {
      assetId,
      actor,
      kind: 'analysis',
      hash: optionsHash,
      dir: outDir,
      signal,
    })
    await step.once('analysis', (tx) =>
      saveAnalysis(
        { ...deps, db: tx },
        { workspaceId, assetId, contentSha256: sha256, optionsHash, ...found, prefix },
      ),
    )
  })
  return { analysisHash: optionsHash }
}
