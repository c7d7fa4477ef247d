import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MediaProgress } from '../../platform/ffmpeg/child.ts'
import type { PacketsResult } from '../../platform/ffmpeg/plan.ts'
import { reasonNotToCopy, reasonNotToCopyPackets } from './copy-check.ts'
import { mediaErrors } from './errors.ts'
import { planLadder, type Rung } from './ladder.ts'
import { masterPlaylist } from './master-playlist.ts'
import type { AudioRendition, Package, Rendition } from './package.ts'
import { packagePlan, packetScanPlan, segmentMs } from './package-plan.ts'
import type { Probe } from './probe.ts'
import { type MediaDeps, probeMedia } from './probe-media.ts'
import { readRendition, type RenditionFacts } from './read-package.ts'

export type PackageMedia = {
  path: string
  /** Gets `master.m3u8` and a folder for each rendition; made when missing. */
  outDir: string
  /** When the caller has probed the file already. */
  probe?: Probe
  /** Short side of the largest quality, in pixels. Default: the source's own, at most 2160. */
  maxHeight?: number
  signal?: AbortSignal
  onProgress?: (progress: MediaProgress) => void
}

/**
 * Makes an HLS package with CMAF segments that plays in hls.js and on phones. The top quality is the source's own
 * video where that is fit for streaming; everything else is encoded from one decode. What was written is read back
 * and checked; a package that is not right is never returned (`media.badPackage`).
 */
export async function packageMedia(deps: MediaDeps, input: PackageMedia): Promise<Package> {
  const probe = input.probe ?? (await probeMedia(deps, input))
  if (!probe.hasVideo) throw mediaErrors.noVideo('The file has no video track.')
  const rungs = planLadder(probe, input)
  const copy = await decideCopy(deps, probe, rungs[0]!, input)
  const copyTop = copy.because === undefined
  for (const name of [...rungs.map((rung) => rung.name), ...(probe.hasAudio ? ['audio'] : [])]) {
    await mkdir(join(input.outDir, name), { recursive: true })
  }
  const plan = packagePlan(probe, { path: input.path, outDir: input.outDir, rungs, copyTop })
  const { cpuMs, decodeErrors } = await deps.engine.run(plan, input)
  const frames = decodeErrors > 0 ? 0 : (copy.frames ?? probe.video[0]!.frames)
  const read = await readBack(input.outDir, rungs, probe)
  checkPackage(read.facts, probe, frames)

  const renditions = rungs.map((rung, index) =>
    rendition(rung, read.facts[index]!, probe, copyTop && index === 0),
  )
  const audio = read.audio ? audioRendition(read.audio) : null
  await writeFile(join(input.outDir, 'master.m3u8'), masterPlaylist(renditions, audio))
  return {
    hls: 'master.m3u8',
    renditions,
    audio,
    segmentMs,
    durationMs: Math.round(Math.max(...read.facts.map((facts) => facts.durationMs))),
    sizeBytes: [...read.facts, ...(read.audio ? [read.audio] : [])].reduce(
      (sum, one) => sum + one.sizeBytes,
      0,
    ),
    cpuMs,
    notes: [...probe.notes, ...copyNotes(copy.because), ...damageNotes(decodeErrors)],
  }
}

type CopyDecision = { /** Why not; undefined means copy. */ because?: string; frames?: number }

async function decideCopy(
  deps: MediaDeps,
  probe: Probe,
  top: Rung,
  input: PackageMedia,
): Promise<CopyDecision> {
  const because = reasonNotToCopy(probe, top)
  if (because) return { because }
  const { outputs } = await deps.engine.run(packetScanPlan(probe, input.path), { signal: input.signal })
  const [all, idr] = outputs as [PacketsResult, PacketsResult]
  return { because: reasonNotToCopyPackets(all, idr), frames: all.ptsMs.length }
}

async function readBack(outDir: string, rungs: Rung[], probe: Probe) {
  const facts: RenditionFacts[] = []
  for (const rung of rungs) facts.push(await readRendition(join(outDir, rung.name, 'index.m3u8'), 'video'))
  const audio = probe.hasAudio ? await readRendition(join(outDir, 'audio', 'index.m3u8'), 'audio') : undefined
  return { facts, audio }
}

/** Refuses a package whose renditions differ in frames or segments, or lack frames of the source. */
function checkPackage(facts: RenditionFacts[], probe: Probe, frames: number): void {
  const [first] = facts
  for (const one of facts) {
    if (Math.abs(one.samples - first!.samples) > 1 || one.segments !== first!.segments) {
      throw mediaErrors.badPackage(
        `The qualities differ: ${first!.samples} and ${one.samples} frames in ${first!.segments} and ${one.segments} segments.`,
      )
    }
    if (!one.codec) throw mediaErrors.badPackage('A rendition does not describe its codec.')
    const isShort = Math.abs(one.durationMs - probe.durationMs) > Math.max(500, probe.durationMs * 0.01)
    if (isShort) {
      throw mediaErrors.badPackage(
        `The package lasts ${Math.round(one.durationMs)} ms, the recording ${probe.durationMs} ms.`,
      )
    }
  }
  // An edit list may hide a few frames at the start of the source.
  if (frames > 0 && Math.abs(first!.samples - frames) > Math.max(4, frames * 0.01)) {
    throw mediaErrors.badPackage(`The package has ${first!.samples} frames, the recording ${frames}.`)
  }
}

function rendition(rung: Rung, facts: RenditionFacts, probe: Probe, copied: boolean): Rendition {
  const rate = probe.video[0]!.frameRate
  return {
    name: rung.name,
    playlist: `${rung.name}/index.m3u8`,
    width: rung.width,
    height: rung.height,
    bitrate: facts.bitrate,
    averageBitrate: facts.averageBitrate,
    codec: facts.codec!,
    frameRate: Number((rate.num / rate.den).toFixed(3)),
    frames: facts.samples,
    segments: facts.segments,
    durationMs: Math.round(facts.durationMs),
    copied,
  }
}

function audioRendition(facts: RenditionFacts): AudioRendition {
  return {
    playlist: 'audio/index.m3u8',
    bitrate: facts.bitrate,
    averageBitrate: facts.averageBitrate,
    codec: facts.codec!,
    segments: facts.segments,
    durationMs: Math.round(facts.durationMs),
  }
}

function copyNotes(because: string | undefined): string[] {
  return [because ? `The top quality was encoded: ${because}.` : 'The top quality is the source’s own video.']
}

function damageNotes(decodeErrors: number): string[] {
  return decodeErrors > 0 ? [`${decodeErrors} damaged places could not be read and were left out.`] : []
}
