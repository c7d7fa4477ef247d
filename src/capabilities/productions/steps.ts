import { handleStep, type StepHandler } from '../../platform/durable/index.ts'
import { makeClipFile } from '../clips/index.ts'
import { analyzeRecording } from './analyze-recording.ts'
import { checkProductionRecording } from './check-production-recording.ts'
import { discardProduction } from './discard-production.ts'
import { finishProduction } from './finish-production.ts'
import { packageRecording } from './package-recording.ts'
import { planProductionClips } from './plan-production-clips.ts'
import type { ProductionDeps } from './production-deps.ts'
import {
  analyzeRecordingStep,
  checkRecordingStep,
  cutProductionClipStep,
  discardProductionStep,
  finishProductionStep,
  packageRecordingStep,
  planClipsStep,
  writeDraftsStep,
} from './workflow.ts'
import { writeDrafts } from './write-drafts.ts'

/** The bodies of this capability's steps. */
export function productionSteps(deps: ProductionDeps): StepHandler[] {
  return [
    handleStep(checkRecordingStep, (step, input) => checkProductionRecording(deps, step, input)),
    handleStep(analyzeRecordingStep, (step, input) => analyzeRecording(deps, step, input)),
    handleStep(planClipsStep, (step, input) => planProductionClips(deps, step, input)),
    handleStep(packageRecordingStep, (step, input) => packageRecording(deps, step, input)),
    handleStep(cutProductionClipStep, async (step, { clipId }) => {
      const { actor, runId, signal, report, once } = step
      const { fileAssetId } = await makeClipFile(deps, { actor, clipId, runId, signal, report, once })
      return { clipId, fileAssetId }
    }),
    handleStep(writeDraftsStep, (step, { clipIds, ...input }) => writeDrafts(deps, step, input, clipIds)),
    handleStep(finishProductionStep, (step, input) => finishProduction(deps, step, input)),
    handleStep(discardProductionStep, (step, input) => discardProduction(deps, step, input)),
  ]
}
