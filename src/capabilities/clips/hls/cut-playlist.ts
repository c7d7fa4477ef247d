import { join } from 'node:path'
import type { AskingChildTools, MediaChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import { clipErrors } from '../errors.ts'
import { cutFile } from '../cutter/cut-file.ts'
import type { CutMode } from '../cutter/cut-plan.ts'
import type { CutResult } from '../cutter/receipt.ts'
import { stitchFile } from '../stitch/stitch-file.ts'
import type { PartJob, StitchResult } from '../stitch/stitch-job.ts'
import type { Reframe } from '../reframe/reframe.ts'
import { openAskedPlace } from './asked-place.ts'
import { type AssembledStretch, assembleStretch } from './assemble.ts'
import { openLocalRoot } from './local-root.ts'
import { type HlsPlace, labelOf, type PlaceJob } from './place.ts'
import { coverRange } from './map-range.ts'
import { openProgramme } from './programme.ts'

export type PlaylistJob = {
  place: PlaceJob
  /** "best", "smallest" or a height. */
  variant: string
  outPath: string
  /** An empty folder for intermediate files; whoever made it removes it. */
  workDir: string
  startMs: number
  endMs: number
  mode: CutMode
  encodeAudio?: boolean
  reframe?: Reframe
}

export type PlaylistResult = CutResult | StitchResult

/**
 * Cuts `[startMs, endMs)` out of a programme: reads the segments that cover it and nothing else, then cuts inside
 * them by their own timestamps. Where the range crosses a discontinuity the parts are stitched.
 */
export async function cutPlaylist(
  job: PlaylistJob,
  tools: MediaChildTools & Partial<AskingChildTools>,
): Promise<PlaylistResult> {
  const place = await openPlace(job.place, tools)
  const programme = await openProgramme(place, job.variant)
  const coverings = coverRange(programme.pictures.playlist, job)
  if (coverings.length > 1 && job.mode === 'copy') {
    throw clipErrors.notCopyable('The range crosses a discontinuity, where nothing can be copied as it is.')
  }
  const stretches: AssembledStretch[] = []
  for (const [index, covering] of coverings.entries()) {
    const isFirst = index === 0
    const isLast = index === coverings.length - 1
    const workPath = join(job.workDir, `stretch-${index}`)
    const stretch = await assembleStretch(programme, covering, job, { isFirst, isLast, workPath })
    if (stretch) stretches.push(stretch)
    await tools.progress({})
  }
  if (stretches.length === 0) {
    throw clipErrors.tooShort('No frame of the programme starts inside this range.')
  }
  const result = await cutStretches(job, stretches, tools)
  return { ...result, bytesRead: place.bytesRead() }
}

async function openPlace(job: PlaceJob, { ask }: Partial<AskingChildTools>): Promise<HlsPlace> {
  if (job.kind === 'folder') return openLocalRoot(job.playlistPath)
  if (!ask) throw new TypeError('Nobody is there to read this place')
  return openAskedPlace(job, ask)
}

async function cutStretches(
  job: PlaylistJob,
  stretches: readonly AssembledStretch[],
  tools: MediaChildTools,
): Promise<PlaylistResult> {
  const { outPath, mode, encodeAudio, workDir, reframe } = job
  const [first] = stretches
  if (stretches.length === 1) {
    const { path, startMs, endMs, originTicks, programmeMs } = first!
    const result = await cutFile(
      { sourcePath: path, outPath, startMs, endMs, originTicks, mode, encodeAudio, reframe },
      tools,
    )
    return {
      ...result,
      startMs: round(result.startMs + programmeMs),
      endMs: round(result.endMs + programmeMs),
    }
  }
  const parts = stretches.map((stretch): PartJob => ({
    sourcePath: stretch.path,
    label: labelOf(job.place),
    startMs: stretch.startMs,
    endMs: stretch.isToTheEnd ? Number.POSITIVE_INFINITY : stretch.endMs,
    originTicks: stretch.originTicks,
  }))
  // Another shape is given to the whole, so that it is encoded once.
  const joinedPath = reframe ? join(workDir, 'joined.mp4') : outPath
  const result = await stitchFile(
    { parts, outPath: joinedPath, workDir, isEncoded: mode === 'encode' },
    tools,
  )
  const toProgramme = (ms: number, index: number) => round(ms + stretches[index]!.programmeMs)
  const described = result.parts.map((part, index) => ({
    ...part,
    startMs: toProgramme(part.startMs, index),
    endMs: toProgramme(part.endMs, index),
  }))
  const shaped =
    reframe && (await cutFile({ ...wholeOf(joinedPath, result), outPath, mode, encodeAudio, reframe }, tools))
  return {
    ...result,
    ...shaped,
    startMs: described[0]!.startMs,
    endMs: described.at(-1)!.endMs,
    parts: described,
  }
}

function wholeOf(sourcePath: string, { durationMs }: StitchResult) {
  return { sourcePath, startMs: 0, endMs: durationMs }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
