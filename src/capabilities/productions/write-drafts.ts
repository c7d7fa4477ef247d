import type { StepContext } from '../../platform/durable/index.ts'
import { getClip } from '../clips/index.ts'
import { createDraft } from '../drafts/index.ts'
import type { ProductionDeps } from './production-deps.ts'
import { addFacts } from './production-facts.ts'
import type { RecordingInput } from './workflow.ts'

/** Writes a draft for each clip of the run, with the clip's title and file; none where the flag for it is off. */
export async function writeDrafts(
  deps: ProductionDeps,
  step: StepContext,
  { productionId, assetId, title }: RecordingInput,
  clipIds: readonly string[],
): Promise<{ draftIds: string[] }> {
  const { actor, runId, workspaceId } = step
  const about = { workspaceId, targetingKey: assetId, assetId, title }
  if (!(await deps.flags.getBooleanValue('productions.writeDrafts', true, about))) return { draftIds: [] }
  const clips = await Promise.all(clipIds.map((clipId) => getClip(deps, { actor, clipId })))
  const drafts = await step.once('drafts', async (tx) => {
    const made: Array<{ draftId: string; clipId: string; title: string }> = []
    for (const clip of clips) {
      const draft = await createDraft(
        { db: tx, now: deps.now },
        {
          actor,
          title: clip.title,
          clipId: clip.id,
          runId,
          ...(clip.fileAssetId ? { assetId: clip.fileAssetId } : {}),
        },
      )
      made.push({ draftId: draft.id, clipId: clip.id, title: draft.title })
    }
    await addFacts(tx, productionId, { drafts: made })
    return made
  })
  return { draftIds: drafts.map(({ draftId }) => draftId) }
}
