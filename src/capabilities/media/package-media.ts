import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { MediaProgress } from '../../platform/ffmpeg/child.ts'
import type { PacketsResult } from '../../platform/ffmpeg/plan.ts'
import { reasonNotToCopy, reasonNotToCopyPackets } from './copy-check.ts'
import { mediaErrors } from './errors.ts'
import { type LadderSizes, planLadder, type Rung } from './ladder.ts'
import { masterPlaylist } from './master-playlist.ts'
import type { AudioRendition, Package, Rendition } from './package.ts'
import { packagePlan, packetScanPlan, segmentMs } from './package-plan.ts'
import { type CaptionTrack, writeCaptionTracks } from './packaging/caption-track.ts'
import { chooseSpeed } from './packaging/choose-speed.ts'
import { dashManifest } from './packaging/dash-manifest.ts'
import { encryptPlaylists, type PackageEncryption } from './packaging/encrypt-package.ts'
import { indexThumbnails, thumbnailFolder, thumbnailLayout, thumbnailPlan } from './packaging/thumbnails.ts'
import type { Probe } from './probe.ts'
import { type MediaDeps, probeMedia } from './probe-media.ts'
import { readRendition, type RenditionFacts } from './read-package.ts'

export type PackageMedia = {
  path: string
  /** Gets `master.m3u8`, `manifest.mpd` and a folder for each rendition; made when missing. */
  outDir: string
  /** When the caller has probed the file already. */
  probe?: Probe
  /** Short side of the largest quality, in pixels. Default: the source's own, at most 2160. */
  maxHeight?: number
  /** Default `few`. */
  sizes?: LadderSizes
  /** Caption tracks to offer beside the picture; the first is the default. */
  captions?: readonly CaptionTrack[]
  /** Locks the segments. Such a package has no DASH manifest. */
  encryption?: PackageEncryption
  /** Time that is left: the encoder's preset is chosen so that it is enough. See `chooseSpeed`. */
  withinMs?: number
  signal?: AbortSignal
  onProgress?: (progress: MediaProgress) => void
}

/**
 * Makes a package that plays in hls.js, in DASH players and on phones, all from one set of CMAF segments. The top quality is the source's own
 * video where that is fit for streaming; everything else is encoded from one decode. What was written is read back
 * and checked; a package that is not right is never returned (`media.badPackage`).
 */
export async function packageMedia(deps: MediaDeps, input: PackageMedia): Promise<Package> {
  const probe = input.probe ?? (await probeMedia(deps, input))
  if (!probe.hasVideo) throw mediaErrors.noVideo('The file has no video track.')
  const rungs = planLadder(probe, input)
  const copy = await decideCopy(deps, probe, rungs[0]!, input)
  const copyTop = copy.because === undefined
  const folders = [...rungs.map((rung) => rung.name), ...(probe.hasAudio ? ['audio'] : []), thumbnailFolder]
  for (const name of folders) await mkdir(join(input.outDir, name), { recursive: true })
  const layout = thumbnailLayout(probe)
  const plan = packagePlan(probe, {
    path: input.path,
    outDir: input.outDir,
    rungs,
    copyTop,
    thumbnails: layout,
    speed: chooseSpeed(probe, {
      rungs: rungs.slice(copyTop ? 1 : 0),
      cores: availableParallelism(),
      withinMs: input.withinMs,
    }),
  })
  const ran = await deps.engine.run(plan, input)
  const isDecoded = !copyTop || rungs.length > 1
  const sheets = isDecoded
    ? undefined
    : await deps.engine.run(thumbnailPlan(probe, input.path, input.outDir, layout), { signal: input.signal })
  const frames = ran.decodeErrors > 0 ? 0 : (copy.frames ?? probe.video[0]!.frames)
  const read = await readBack(input.outDir, rungs, probe)
  checkPackage(read.facts, probe, frames)

  const made = await describePackage(input, probe, rungs, read, copyTop)
  return {
    ...made,
    cpuMs: ran.cpuMs + (sheets?.cpuMs ?? 0),
    notes: [...probe.notes, ...copyNotes(copy.because), ...damageNotes(ran.decodeErrors)],
  }
}

type ReadBack = { facts: RenditionFacts[]; audio: RenditionFacts | undefined }

/** Writes what names the segments: playlists, manifest, captions, thumbnails; and locks the segments last. */
async function describePackage(
  input: PackageMedia,
  probe: Probe,
  rungs: Rung[],
  read: ReadBack,
  copyTop: boolean,
): Promise<Omit<Package, 'cpuMs' | 'notes'>> {
  const { outDir, encryption } = input
  const durationMs = Math.round(Math.max(...read.facts.map((facts) => facts.durationMs)))
  const renditions = rungs.map((rung, index) =>
    rendition(rung, read.facts[index]!, probe, copyTop && index === 0),
  )
  const audio = read.audio ? audioRendition(read.audio) : null
  const captions = await writeCaptionTracks(outDir, input.captions ?? [], durationMs)
  const thumbnails = await indexThumbnails(outDir, thumbnailLayout(probe), durationMs)
  await writeFile(join(outDir, 'master.m3u8'), masterPlaylist(renditions, audio, { captions, thumbnails }))
  if (encryption) {
    const playlists = [...renditions, ...(audio ? [audio] : [])].map(({ playlist }) => playlist)
    await encryptPlaylists(outDir, playlists, encryption)
  } else {
    const manifest = dashManifest({
      durationMs,
      segmentMs,
      renditions: renditions.map((one, index) => ({ ...one, times: read.facts[index]!.times })),
      audio: audio && read.audio ? { ...audio, times: read.audio.times } : null,
      captions,
      thumbnails,
    })
    await writeFile(join(outDir, 'manifest.mpd'), manifest)
  }
  const segments = [...read.facts, ...(read.audio ? [read.audio] : [])]
  return {
    hls: 'master.m3u8',
    dash: encryption ? null : 'manifest.mpd',
    renditions,
    audio,
    captions,
    thumbnails,
    encrypted: encryption !== undefined,
    segmentMs,
    durationMs,
    sizeBytes: segments.reduce((sum, one) => sum + one.sizeBytes, 0) + thumbnails.sizeBytes,
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

async function readBack(outDir: string, rungs: Rung[], probe: Probe): Promise<ReadBack> {
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
