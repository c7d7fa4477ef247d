import { and, eq, ne } from 'drizzle-orm'
import { AppError } from '../../kernel/errors.ts'
import type { StepContext } from '../../platform/durable/index.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { deleteAsset, sweepAssets } from '../assets/index.ts'
import { discardClips } from '../clips/index.ts'
import { notify } from '../notifications/index.ts'
import type { ProductionDeps } from './production-deps.ts'
import { productions } from './schema.ts'
import type { RecordingInput } from './workflow.ts'

/**
 * Removes what a failed or cancelled production had made. A recording that was refused as such goes too, unless
 * another production uses it; one that only met a fault here stays for another try.
 */
export async function discardProduction(
  deps: ProductionDeps,
  step: StepContext,
  { productionId, assetId, title, because }: RecordingInput & { because: string },
): Promise<{ removed: string[] }> {
  const { actor, workspaceId, runId } = step
  const removed = await discardClips(deps, { actor, runId })
  if (isRefusal(because) && !(await isUsedElsewhere(deps, step, { productionId, assetId }))) {
    await removeRecording(deps, step, assetId)
    removed.push(assetId)
  }
  await step.once('told', async (tx) => {
    await publishEvent(tx, {
      type: 'production.failed',
      workspaceId,
      subjectId: productionId,
      data: { code: because },
    })
    if (because === 'durable.cancelled') return
    const body = isRefusal(because)
      ? 'The file was refused and nothing of it was kept.'
      : 'The recording was kept for another try.'
    const kind = 'production.failed'
    const onceKey = `${productionId} failed ${runId}`
    await notify(
      tx,
      {
        workspaceId,
        kind,
        title: `"${title}" could not be processed`,
        body,
        subjectId: productionId,
        onceKey,
      },
      deps.now,
    )
  })
  await sweepAssets(deps)
  return { removed }
}

/** Failures of `media` say that the file itself is at fault. */
function isRefusal(code: string): boolean {
  return code.startsWith('media.') && code !== 'media.badPackage' && code !== 'media.notAnalyzed'
}

async function isUsedElsewhere(
  deps: ProductionDeps,
  { workspaceId }: StepContext,
  { productionId, assetId }: { productionId: string; assetId: string },
): Promise<boolean> {
  const others = await deps.db
    .select({ facts: productions.facts })
    .from(productions)
    .where(
      and(
        eq(productions.workspaceId, workspaceId),
        eq(productions.assetId, assetId),
        ne(productions.id, productionId),
      ),
    )
  return others.some(({ facts }) => (facts.clipIds ?? []).length > 0)
}

async function removeRecording(deps: ProductionDeps, { actor }: StepContext, assetId: string): Promise<void> {
  try {
    await deleteAsset(deps, { actor, assetId })
  } catch (error) {
    // A second try of this step finds it gone, and a person may have been quicker.
    if (!(error instanceof AppError) || error.code !== 'assets.notFound') throw error
  }
}
