import { AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants'
import type { CodecParameters } from 'node-av/lib'
import { hold } from '../../../platform/ffmpeg/av-check.ts'
import type { MediaChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import { clipErrors } from '../errors.ts'
import {
  type TickRange,
  type TimeBase,
  isPastEnd,
  isWanted,
  msToTicks,
  ticksToMs,
} from '../cutter/cut-plan.ts'
import { type Source, openSource, readPacket, seekBefore } from '../cutter/source.ts'
import { type Rate, measureRate } from './frame-rate.ts'
import type { PartJob } from './stitch-job.ts'

/** What a part holds, known from its packets without decoding one. */
export type ScannedPart = {
  job: PartJob
  originTicks: number
  range: TickRange
  timeBase: TimeBase
  /** Presentation times of the wanted frames, rising. */
  pts: number[]
  /** Where the last frame ends. */
  endTicks: number
  rate: Rate
  /** Description of the pictures. */
  picture: CodecParameters
  /** Display matrix of a turned recording. */
  matrix: Buffer | null
  sound: CodecParameters | undefined
}

/** Opens a source whose wrappers stay alive as long as the process: several are open one after the other here. */
export function openPart(path: string): Source {
  const source = hold(openSource(path))
  for (const stream of source.format.streams) hold(stream)
  return source
}

/**
 * Lists the frames of a part. Fails with `clips.outOfRange`, `clips.tooShort` or `clips.untimed`.
 */
export async function scanPart(job: PartJob, tools: MediaChildTools): Promise<ScannedPart> {
  const source = openPart(job.sourcePath)
  const { timeBase, durationMs } = source
  if (job.originTicks === undefined) assertWithin(job, durationMs)
  const origin = job.originTicks ?? source.originTicks
  const range = {
    start: origin + msToTicks(job.startMs, timeBase),
    end: Number.isFinite(job.endMs) ? origin + msToTicks(job.endMs, timeBase) : Number.MAX_SAFE_INTEGER,
  }
  const pts: number[] = []
  const durations = new Map<number, number>()
  const take = ({ streamIndex, packet, facts }: ReturnType<typeof seekBefore>[number]): boolean => {
    const isVideo = streamIndex === source.video.index
    if (isVideo && facts.pts === undefined) {
      throw clipErrors.untimed('Its container does not say when each frame is shown.')
    }
    if (isVideo && isWanted(facts, range)) {
      pts.push(facts.pts!)
      durations.set(facts.pts!, Number(packet.duration))
    }
    packet.free()
    return !(isVideo && isPastEnd(facts, range))
  }
  let goesOn = true
  for (const packet of seekBefore(source, range)) goesOn = take(packet) && goesOn
  for (let count = 0; goesOn; count++) {
    if (count % 500 === 0) await tools.progress({})
    const next = readPacket(source)
    goesOn = next !== undefined && take(next)
  }
  pts.sort((a, b) => a - b)
  if (pts.length === 0) throw clipErrors.tooShort('No frame of the recording starts inside this range.')
  const last = pts.at(-1)!
  const before = pts.at(-2)
  const endTicks = last + (durations.get(last) || (before === undefined ? 0 : last - before))
  return {
    job,
    originTicks: origin,
    range: { start: range.start, end: Math.min(range.end, Math.max(endTicks, last + 1)) },
    timeBase,
    pts,
    endTicks,
    rate: measureRate(pts, timeBase, source.video.avgFrameRate),
    picture: source.video.codecpar,
    matrix: source.video.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX),
    sound: source.audio[0]?.codecpar,
  }
}

function assertWithin(job: PartJob, durationMs: number | undefined): void {
  if (durationMs === undefined) return
  const isBeyond = Number.isFinite(job.endMs) && job.endMs > durationMs + 50
  if (job.startMs < durationMs && !isBeyond) return
  throw clipErrors.outOfRange(
    `"${job.label ?? job.sourcePath}" is ${(durationMs / 1000).toFixed(3)} s long; the range goes beyond.`,
    { detail: { durationMs: Math.round(durationMs) } },
  )
}

export function lengthMs(part: ScannedPart): number {
  return ticksToMs(part.endTicks - part.pts[0]!, part.timeBase)
}
