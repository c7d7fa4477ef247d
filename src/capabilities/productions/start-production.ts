import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import { startRun } from '../../platform/durable/index.ts'
import { recordAudit } from '../audit/index.ts'
import { type AssetDeps, getAsset } from '../assets/index.ts'
import { linkTranscript, planTranscript } from '../media/index.ts'
import { productionErrors } from './errors.ts'
import { productionTitleSchema } from './production.ts'
import { productions } from './schema.ts'
import { recordingWorkflow } from './workflow.ts'

export type StartProduction = {
  actor: Actor
  assetId: string
  /** Default: the name of the file without its ending. */
  title?: string
  /** What is said in it, word for word: then it gets captions. */
  script?: string
  /** Of the script, BCP 47. */
  language?: string
}

/**
 * Accepts a recording for processing and returns at once: the run is queued in the same transaction.
 * Fails with `assets.notFound`, `productions.notVideo` or `productions.invalid`.
 */
export async function startProduction(
  deps: Pick<AssetDeps, 'db' | 'secret' | 'deliverySeconds' | 'now'>,
  input: StartProduction,
): Promise<{ id: string; runId: string; assetId: string }> {
  const { actor } = input
  assertMay(actor, 'productions.write')
  const asset = await getAsset(deps, { actor, assetId: input.assetId })
  if (!isVideo(asset.contentType)) {
    throw productionErrors.notVideo(`"${asset.name}" is ${asset.contentType}, not a video.`)
  }
  const title = productionTitleSchema.safeParse(input.title ?? withoutEnding(asset.name))
  if (!title.success) {
    throw productionErrors.invalid(`The title is not valid: ${title.error.issues[0]?.message}.`)
  }
  const id = newId('prod')
  const { script, language } = input
  return deps.db.transaction(async (tx) => {
    const transcript =
      script === undefined
        ? undefined
        : await planTranscript(tx, { actor, assetId: asset.id, script, language }, deps)
    const transcriptId = transcript?.id
    const run = await startRun(tx, {
      workflow: recordingWorkflow,
      workspaceId: actor.workspaceId,
      actor,
      subjectId: id,
      title: title.data,
      input: {
        productionId: id,
        assetId: asset.id,
        title: title.data,
        ...(transcriptId && { transcriptId }),
      },
    })
    await tx.insert(productions).values({
      id,
      workspaceId: actor.workspaceId,
      assetId: asset.id,
      runId: run.id,
      title: title.data,
      createdBy: actor.id,
      createdAt: deps.now?.() ?? new Date(),
      facts: transcriptId ? { transcriptId } : {},
    })
    if (transcriptId) await linkTranscript(tx, { transcriptId, runId: run.id })
    await recordAudit(tx, {
      actor,
      action: 'productions.start',
      subjectId: id,
      detail: { assetId: asset.id },
    })
    return { id, runId: run.id, assetId: asset.id }
  })
}

function isVideo(contentType: string): boolean {
  return contentType.startsWith('video/')
}

function withoutEnding(name: string): string {
  const bare = name.replace(/\.[A-Za-z0-9]{1,5}$/, '').trim()
  return (bare === '' ? name : bare).slice(0, 300)
}
