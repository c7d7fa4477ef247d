import type { StepContext } from '../../platform/durable/index.ts'
import { planClips, suggestClips } from '../clips/index.ts'
import { findAnalysis, mediaErrors } from '../media/index.ts'
import { readSettings } from '../settings/index.ts'
import type { ProductionDeps } from './production-deps.ts'
import { addFacts } from './production-facts.ts'
import type { RecordingInput } from './workflow.ts'

/** Chooses the clips from what the analysis found, and records them. */
export async function planProductionClips(
  deps: ProductionDeps,
  step: StepContext,
  { productionId, assetId, title }: RecordingInput,
): Promise<{ clipIds: string[] }> {
  const { actor, workspaceId, runId } = step
  const found = await findAnalysis(deps, { workspaceId, assetId })
  if (!found) throw mediaErrors.notAnalyzed('The recording has not been analysed.')
  const limits = await readSettings(deps, workspaceId, ['clips.count', 'clips.minMs', 'clips.maxMs'])
  const suggestions = suggestClips(found.analysis, {
    count: limits['clips.count'],
    minMs: limits['clips.minMs'],
    maxMs: limits['clips.maxMs'],
  })
  const clipIds = await step.once('clips', async (tx) => {
    const ids = await planClips(tx, { actor, assetId, runId, title, suggestions }, deps)
    await addFacts(tx, productionId, { clipIds: ids })
    return ids
  })
  return { clipIds }
}
