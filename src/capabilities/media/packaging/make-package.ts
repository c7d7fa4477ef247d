import type { StepContext } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { withWorkDir } from '../../../platform/files/index.ts'
import type { MakeLocally, Transcoder, TranscodeOutput } from '../../../providers/transcode/index.ts'
import {
  type AssetDeps,
  confirmDerived,
  getAsset,
  hasDerived,
  intendDerived,
  storageKeyOf,
  storeDerivedDir,
  withAssetFile,
} from '../../assets/index.ts'
import { recordLocalCpu } from '../../costs/index.ts'
import { notify } from '../../notifications/index.ts'
import { findAnalysis } from '../get-media.ts'
import { planLadder } from '../ladder.ts'
import { packageHash } from '../options-hash.ts'
import { packageMedia } from '../package-media.ts'
import { gopMs, segmentMs } from '../package-plan.ts'
import type { Package } from '../package.ts'
import type { Probe } from '../probe.ts'
import { type MediaDeps, probeMedia } from '../probe-media.ts'
import { savePackage } from '../save-analysis.ts'
import { captionKeys, readCaptionTracks } from './caption-assets.ts'
import { heardOfTranscode, noteTranscodeJob } from './hear-transcode.ts'
import { keepPackageKey } from './package-key.ts'
import type { PackageWish } from './package-workflow.ts'
import { readRemotePackage } from './remote-package.ts'

export type MakePackageDeps = AssetDeps &
  MediaDeps & {
    /** The transcoder of this installation; what it does on this machine is given to it. */
    openTranscoder: (make: MakeLocally, mustBeHere: boolean) => Transcoder
  }

type Derived = { assetId: string; actor: StepContext['actor']; kind: string; hash: string }

/**
 * Makes a streaming package by the transcoder of this installation and keeps it, once for the same content and
 * wishes. Encrypted packages are made on this machine, since the key must not leave it.
 */
export async function makePackage(
  deps: MakePackageDeps,
  step: StepContext,
  wish: PackageWish,
): Promise<{ assetId: string; packageHash: string }> {
  const { actor, workspaceId, runId } = step
  const { assetId, maxHeight, sizes, encrypted = false } = wish
  const captions = wish.captions?.length ? JSON.stringify(wish.captions) : undefined
  const optionsHash = packageHash({ maxHeight, sizes, encrypted, captions })
  const derived = { assetId, actor, kind: 'hls', hash: optionsHash }
  const asset = await getAsset(deps, { actor, assetId })
  const known = await hasDerived(deps, derived)
  const made = known ? undefined : await transcode(deps, step, wish, derived)
  await step.once('package', async (tx) => {
    if (made) {
      const key = { workspaceId, assetId, contentSha256: asset.sha256, optionsHash }
      await savePackage(
        { ...deps, db: tx },
        { ...key, package: made, prefix: `derived/${assetId}/hls/${optionsHash}/` },
      )
      const idempotencyKey = `package ${assetId} ${optionsHash}`
      await recordLocalCpu(tx, { workspaceId, cpuMs: made.cpuMs, subjectId: runId, idempotencyKey })
    }
    const title = `The streaming package of "${asset.name}" is ready`
    const onceKey = `${runId} packaged`
    await notify(tx, { workspaceId, kind: 'media.packaged', title, subjectId: assetId, onceKey }, deps.now)
    const data = { runId, packageHash: optionsHash, encrypted }
    await publishEvent(tx, { type: 'media.packaged', workspaceId, subjectId: assetId, data })
  })
  return { assetId, packageHash: optionsHash }
}

async function transcode(
  deps: MakePackageDeps,
  step: StepContext,
  wish: PackageWish,
  derived: Derived,
): Promise<Package> {
  const { actor, signal, workspaceId } = step
  const { assetId } = wish
  const { prefix } = await intendDerived(deps, derived)
  const probe = await probeAsset(deps, step, assetId)
  const token = `package ${assetId} ${derived.hash}`
  let here: Package | undefined
  const transcoder = deps.openTranscoder(async (_job, { onProgress }) => {
    here = await packageHere(deps, step, { wish, derived, onProgress })
    const { hls, dash } = here
    return {
      hlsKey: prefix + hls,
      ...(dash && { dashKey: prefix + dash }),
      outputs: here.renditions.map(toOutput),
    }
  }, wish.encrypted ?? false)
  const done = await transcoder.run(
    {
      token,
      sourceKey: await storageKeyOf(deps, { assetId, actor }),
      outputPrefix: prefix,
      rungs: planLadder(probe, wish),
      hasAudio: probe.hasAudio,
      durationMs: probe.durationMs,
      segmentMs,
      gopMs,
      captions: await captionKeys(deps, step, wish),
      tags: { assetId, workspaceId },
    },
    {
      signal,
      onUpdate: ({ percent }) => step.report(percent * 0.97),
      onSubmitted: (vendorJobId) =>
        noteTranscodeJob(deps, { token, workspaceId, assetId, vendor: transcoder.name, vendorJobId }),
      heard: () => heardOfTranscode(deps, token),
    },
  )
  if (here) return here
  const { durationMs } = probe
  const made = await readRemotePackage(deps.storage, {
    prefix,
    done,
    segmentMs,
    durationMs,
    service: transcoder.name,
  })
  await confirmDerived(deps, { ...derived, sizeBytes: made.sizeBytes })
  return made
}

async function packageHere(
  deps: MakePackageDeps,
  step: StepContext,
  input: { wish: PackageWish; derived: Derived; onProgress: (percent: number) => void },
): Promise<Package> {
  const { actor, signal, workspaceId } = step
  const { wish, derived } = input
  const { assetId } = wish
  const captions = await readCaptionTracks(deps, step, wish)
  const encryption = wish.encrypted
    ? await keepPackageKey(deps, { workspaceId, assetId, optionsHash: derived.hash })
    : undefined
  return withWorkDir(deps.home, assetId, async (outDir) => {
    const made = await withAssetFile(deps, { actor, assetId, signal }, (path) =>
      packageMedia(deps, {
        path,
        outDir,
        maxHeight: wish.maxHeight,
        sizes: wish.sizes,
        captions,
        encryption,
        signal,
        onProgress: ({ percent }) => input.onProgress((percent ?? 0) * 0.95),
      }),
    )
    await storeDerivedDir(deps, { ...derived, dir: outDir, signal })
    return made
  })
}

/** What is known of the recording from its analysis; else its bytes are looked at. */
async function probeAsset(deps: MakePackageDeps, step: StepContext, assetId: string): Promise<Probe> {
  const { actor, signal, workspaceId } = step
  const found = await findAnalysis(deps, { workspaceId, assetId })
  if (found) return found.probe
  return withAssetFile(deps, { actor, assetId, signal }, (path) => probeMedia(deps, { path, signal }))
}

function toOutput({
  width,
  height,
  averageBitrate,
  durationMs,
}: Package['renditions'][number]): TranscodeOutput {
  return { width, height, averageBitRate: averageBitrate, durationMs }
}
