import type { StepContext } from '../../platform/durable/index.ts'
import { saveAssetFacts, withAssetFile } from '../assets/index.ts'
import { checkRecording, probeMedia } from '../media/index.ts'
import type { ProductionDeps } from './production-deps.ts'
import type { RecordingInput } from './workflow.ts'

/** Looks into the recording and refuses what cannot become a package, with the row of `media` that says why. */
export async function checkProductionRecording(
  deps: ProductionDeps,
  step: StepContext,
  { assetId }: RecordingInput,
): Promise<{ durationMs: number }> {
  const { actor, signal } = step
  const probe = await withAssetFile(deps, { actor, assetId, signal }, (path) =>
    probeMedia(deps, { path, signal }),
  )
  checkRecording(probe)
  const { durationMs, width, height } = probe
  await step.once('facts', (tx) =>
    saveAssetFacts(tx, { actor, assetId, facts: { durationMs, width, height } }),
  )
  return { durationMs }
}
