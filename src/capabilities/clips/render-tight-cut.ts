import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { startRun, type Run } from '../../platform/durable/index.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { withWorkDir } from '../../platform/files/index.ts'
import {
  type AssetDeps,
  createAssetFromFile,
  getAsset,
  saveAssetFacts,
  withAssetFile,
} from '../assets/index.ts'
import { recordAudit } from '../audit/index.ts'
import { recordLocalCpu } from '../costs/index.ts'
import { getTightCut, partsInMs } from '../media/index.ts'
import { notify } from '../notifications/index.ts'
import { stitchClips } from './stitch-clips.ts'
import type { StitchReceipt } from './stitch/stitch-job.ts'
import { renderTightCutWorkflow } from './tight-cut-workflow.ts'

/** What is told of a rendered cut: the receipt without its hundreds of parts. */
export type TightCutResult = {
  assetId: string
  frames: number
  durationMs: number
  copiedMs: number
  encodedMs: number
  avOffsetMs: number
  parts: number
  isSeamless: boolean
}

/**
 * Starts the run that renders what is accepted of an asset's suggestions as a new file. Fails at once with
 * `suggestions.nothingAccepted`, `suggestions.nothingLeft`, `media.notAnalyzed` or `assets.notFound`.
 */
export async function startTightCut(
  deps: AssetDeps,
  { actor, assetId }: { actor: Actor; assetId: string },
): Promise<Run> {
  assertMay(actor, 'clips.write')
  const asset = await getAsset(deps, { actor, assetId })
  const { cut, analysis } = await getTightCut(deps, { actor, assetId })
  return deps.db.transaction(async (tx) => {
    const run = await startRun(tx, {
      workflow: renderTightCutWorkflow,
      workspaceId: actor.workspaceId,
      actor,
      // The decisions as they are now: what is accepted while it renders belongs to the next cut.
      input: { assetId, parts: partsInMs(cut, analysis.frameRate) },
      subjectId: assetId,
      title: `Tight cut of "${asset.name.slice(0, 80)}"`,
    })
    const detail = { parts: cut.parts.length, removedFrames: cut.removedFrames }
    await recordAudit(tx, { actor, action: 'tightCut.started', subjectId: assetId, detail })
    return run
  })
}

export type RenderTightCut = {
  actor: Actor
  assetId: string
  parts: Array<{ startMs: number; endMs: number }>
  runId: string
  signal?: AbortSignal
  /** 0 to 100. */
  report?: (percent: number) => void
  /** See `StepContext.once`. */
  once: <T>(effect: string, fn: (tx: Db) => Promise<T>) => Promise<T>
}

/** Stitches the kept stretches of a recording with the exact cutter and stores the file. Done once. */
export async function renderTightCut(deps: AssetDeps, input: RenderTightCut): Promise<TightCutResult> {
  const { actor, assetId, parts, runId, signal, report } = input
  assertMay(actor, 'clips.write')
  const source = await getAsset(deps, { actor, assetId })
  return withWorkDir(deps.home, runId, async (dir) => {
    const outPath = join(dir, 'tight.mp4')
    const receipt = await withAssetFile(deps, { actor, assetId, signal }, (sourcePath) =>
      stitchClips({
        parts: parts.map((part) => ({ sourcePath, label: source.name, ...part })),
        outPath,
        // One recording, one loudness: nothing to bring together.
        loudness: 'keep',
        signal,
        onProgress: (percent) => report?.(percent * 0.95),
      }),
    )
    const name = `${source.name.replace(/\.[^.]+$/, '')} (tight).mp4`
    const made = await createAssetFromFile(deps, {
      actor,
      path: outPath,
      name,
      kind: 'clip',
      move: true,
      signal,
    })
    await rm(outPath, { force: true })
    report?.(100)
    return input.once('tight cut', (tx) =>
      complete(tx, deps, { ...input, receipt, fileAssetId: made.id, name }),
    )
  })
}

async function complete(
  tx: Db,
  deps: { now?: () => Date },
  input: RenderTightCut & { receipt: StitchReceipt; fileAssetId: string; name: string },
): Promise<TightCutResult> {
  const { actor, assetId, runId, receipt, fileAssetId, name } = input
  const { workspaceId } = actor
  const { durationMs, width, height, frames, copiedMs, encodedMs, avOffsetMs } = receipt
  await saveAssetFacts(tx, { actor, assetId: fileAssetId, facts: { durationMs, width, height } })
  await recordLocalCpu(tx, {
    workspaceId,
    cpuMs: receipt.cpuMs,
    subjectId: runId,
    idempotencyKey: `tight cut ${runId}`,
  })
  const result: TightCutResult = {
    assetId: fileAssetId,
    frames,
    durationMs,
    copiedMs,
    encodedMs,
    avOffsetMs,
    parts: receipt.parts.length,
    isSeamless: receipt.seamCheck.passed,
  }
  const told = { workspaceId, subjectId: fileAssetId }
  const onceKey = `${runId} tight cut`
  await notify(tx, { ...told, kind: 'tightCut.rendered', title: `"${name}" is ready`, onceKey }, deps.now)
  await publishEvent(tx, {
    type: 'tightCut.rendered',
    ...told,
    data: { sourceAssetId: assetId, frames, durationMs },
  })
  return result
}
