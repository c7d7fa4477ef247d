import type { MediaChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import { AppError } from '../../../kernel/errors.ts'
import { clipErrors } from '../errors.ts'
import { type AudioTrack, openAudioTrack } from './audio-track.ts'
import { CannotJoin, type ClipVideo, type WrittenFrame } from './clip-video.ts'
import { openCopy } from './copy-video.ts'
import {
  type CutMode,
  type TickRange,
  type TimeBase,
  firstWantedPts,
  isWanted,
  msToTicks,
  planNearestKey,
  planStart,
  planWhole,
  ticksToMs,
} from './cut-plan.ts'
import type { Fingerprint } from './fingerprint.ts'
import { readSps } from './h264-parameter-sets.ts'
import { openJoin } from './join-video.ts'
import { createMp4 } from './output-file.ts'
import type { Reframe } from '../reframe/reframe.ts'
import { settleReframe } from '../reframe/settle-reframe.ts'
import { openPictureShape } from '../reframe/shape-picture.ts'
import { openWhole } from './whole-video.ts'
import type { CutJob } from './receipt.ts'
import {
  type Source,
  type SourcePacket,
  bytesReadSoFar,
  openSource,
  readPacket,
  seekBefore,
} from './source.ts'

/** A clip as it was written, still to be checked. */
export type Attempt = {
  mode: CutMode
  /** Why it was encoded as a whole although "exact" was asked for. */
  because: string | null
  /** In the order of presentation. */
  frames: WrittenFrame[]
  requestedFrames: number
  timeBase: TimeBase
  originTicks: number
  fingerprints: ReadonlyMap<number, Fingerprint>
  audio: 'copied' | 'encoded' | 'none'
  /** Where each sound track of the clip must start, in milliseconds after the first frame. */
  audioStartsMs: number[]
  bytesRead: number
  width: number
  height: number
  reframe?: Reframe
}

type Plan = { mode: CutMode; because: string | null; startIndex: number; copyFrom: number; zero: number }

/** Writes one version of a clip. Throws `CannotJoin` when an exact one has to be encoded as a whole. */
export async function writeClip(job: CutJob, tools: MediaChildTools): Promise<Attempt> {
  const readBefore = bytesReadSoFar()
  const source = openSource(job.sourcePath)
  if (job.originTicks !== undefined) source.originTicks = job.originTicks
  if (job.isSilent) source.audio = []
  const range = wantedRange(source, job)
  const { packets, facts, plan, isComplete } = readAhead(source, range, job)
  const reframe = job.reframe && (await settleReframe(job, job.reframe, range, plan.zero, tools))
  if (job.isJoinOnly && plan.mode === 'encode') throw new CannotJoin(plan.because ?? 'it cannot be copied')
  const clipRange = { start: plan.zero, end: range.end }
  const breathe = () => tools.progress({})

  const head = takeHead(packets, source.video.index, plan)
  const video = openVideo(source, range, plan, head, breathe, facts, reframe)
  const tracks = source.audio.map((stream) => ({
    stream,
    track: openAudioTrack(stream, {
      range: clipRange,
      clock: source.timeBase,
      encode: job.encodeAudio ?? false,
    }),
    firstPts: undefined as number | undefined,
    isDone: false,
  }))
  const out = openOutput(
    job,
    video,
    tracks.map(({ track }) => track),
    plan.mode,
  )
  const frames: WrittenFrame[] = []
  const emitVideo: Parameters<ClipVideo['push']>[1] = (packet, frame) => {
    frames.push(frame)
    packet.pts = BigInt(Number(packet.pts) - plan.zero)
    packet.dts = BigInt(Number(packet.dts) - plan.zero)
    out.write(0, packet)
  }

  let bytesInPackets = 0
  let isVideoDone = false
  // A sound track may end before the pictures; two seconds later nothing of it can be missing.
  const giveUpAt = range.end + msToTicks(2_000, source.timeBase)
  for (
    let next = packets.shift() ?? readNext(source, isComplete);
    next;
    next = packets.shift() ?? readNext(source, isComplete)
  ) {
    bytesInPackets += next.packet.size
    if (next.streamIndex === source.video.index) {
      const { dts } = next.facts
      if (dts !== undefined) await tools.progress({ percent: percentOf(dts, clipRange) })
      if (isVideoDone) next.packet.free()
      else isVideoDone = !(await video.push(next, emitVideo))
      if (dts !== undefined && dts > giveUpAt) break
    } else {
      const index = tracks.findIndex(({ stream }) => stream.index === next.streamIndex)
      const one = tracks[index]!
      if (!next.facts.isHidden) one.firstPts ??= next.facts.pts
      if (!one.isDone) one.isDone = !one.track.push(next.packet, (packet) => out.write(index + 1, packet))
      next.packet.free()
    }
    if (isVideoDone && tracks.every(({ isDone }) => isDone)) break
  }
  await video.finish(emitVideo)
  for (const [index, { track }] of tracks.entries()) track.finish((packet) => out.write(index + 1, packet))
  // Before finishing: putting the index first makes the muxer read what it wrote.
  const readAfter = bytesReadSoFar()
  out.finish()
  const attempt: Attempt = {
    mode: plan.mode,
    because: plan.because,
    frames: frames.sort((a, b) => a.pts - b.pts),
    requestedFrames: video.requestedFrames(),
    timeBase: source.timeBase,
    originTicks: source.originTicks,
    fingerprints: video.fingerprints,
    audio:
      tracks.length === 0
        ? 'none'
        : tracks.some(({ track }) => track.kind === 'encoded')
          ? 'encoded'
          : 'copied',
    audioStartsMs: tracks.map(({ stream, track, firstPts }) =>
      track.kind === 'encoded' || firstPts === undefined
        ? 0
        : Math.max(0, ticksToMs(firstPts, stream.timeBase) - ticksToMs(plan.zero, source.timeBase)),
    ),
    bytesRead: readBefore !== undefined && readAfter !== undefined ? readAfter - readBefore : bytesInPackets,
    width: video.parameters.width,
    height: video.parameters.height,
    reframe,
  }
  // Last: streams and their parameters are memory of the file and gone with it.
  source.format.closeInputSync()
  return attempt
}

function wantedRange(source: Source, job: CutJob): TickRange {
  const { durationMs, timeBase, originTicks } = source
  const { num, den } = source.video.avgFrameRate
  // People round: an end within a frame of the recording's end means its end.
  const slackMs = Math.max(50, num > 0 ? (1000 * den) / num : 0)
  const isLengthKnown = job.originTicks === undefined && durationMs !== undefined
  if (isLengthKnown && (job.startMs >= durationMs || job.endMs > durationMs + slackMs)) {
    throw clipErrors.outOfRange(
      `The recording is ${(durationMs / 1000).toFixed(3)} s long; the range goes to ${(job.endMs / 1000).toFixed(3)} s.`,
      { detail: { durationMs: Math.round(durationMs) } },
    )
  }
  return {
    start: originTicks + msToTicks(job.startMs, timeBase),
    end: originTicks + msToTicks(job.endMs, timeBase),
  }
}

/** Why the pictures of this source can never be joined, or null. */
function whyNotJoinable(source: Source): string | null {
  if (!source.isH264) return 'its pictures are not H.264'
  if (!source.avc) return 'it lacks the parameters of its pictures'
  const all = source.avc.sps.map(readSps)
  const isPlain = all.every((sps) => sps.chromaFormat === 1 && sps.lumaBits === 8 && sps.chromaBits === 8)
  if (!isPlain) return 'its pictures are not 8-bit 4:2:0'
  return all.every((sps) => sps.isProgressive) ? null : 'its pictures are interlaced'
}

/** Reads packets until the plan for the clip is certain. */
function readAhead(source: Source, range: TickRange, { mode, reframe }: CutJob) {
  const packets = seekBefore(source, range)
  const facts = packets
    .filter(({ streamIndex }) => streamIndex === source.video.index)
    .map((one) => one.facts)
  const why = reframe ? 'it gets another shape' : mode === 'exact' ? whyNotJoinable(source) : null
  for (let isComplete = facts.length === 0; ;) {
    const plan = tryPlan(facts, range, isComplete, why ? 'encode' : mode, why)
    if (plan) return { packets, facts, plan, isComplete }
    const next = readPacket(source)
    if (next) packets.push(next)
    if (next?.streamIndex === source.video.index) facts.push(next.facts)
    isComplete = next === undefined
  }
}

function tryPlan(
  facts: SourcePacket['facts'][],
  range: TickRange,
  isComplete: boolean,
  mode: CutMode,
  why: string | null,
): Plan | undefined {
  if (mode === 'copy') {
    const copyFrom = planNearestKey(facts, range, isComplete)
    if (copyFrom === undefined) {
      if (!isComplete) return undefined
      throw clipErrors.noKeyframe('There is no keyframe before the end of this range.')
    }
    const zero = facts[copyFrom]!.pts!
    return { mode, because: null, startIndex: copyFrom, copyFrom, zero }
  }
  const start =
    mode === 'exact' ? planStart(facts, range, isComplete) : planWhole(facts, range, isComplete, why ?? '')
  if (start.kind === 'more') return undefined
  const zero = firstWantedPts(facts, range)
  if (zero === undefined) throw clipErrors.tooShort('No frame of the recording starts inside this range.')
  if (start.kind === 'join') {
    return { mode, because: null, startIndex: start.decodeFrom, copyFrom: start.copyFrom, zero }
  }
  return {
    mode: 'encode',
    because: start.because || null,
    startIndex: start.decodeFrom,
    copyFrom: start.decodeFrom,
    zero,
  }
}

/** Takes the packets of the pictures before the copy out of those read ahead; drops those before decoding begins. */
function takeHead(packets: SourcePacket[], videoIndex: number, plan: Plan): SourcePacket[] {
  const head: SourcePacket[] = []
  let seen = 0
  const rest = packets.filter((one) => {
    if (one.streamIndex !== videoIndex) return true
    const index = seen++
    if (index >= plan.copyFrom) return true
    if (index >= plan.startIndex) head.push(one)
    else one.packet.free()
    return false
  })
  packets.splice(0, packets.length, ...rest)
  return head
}

function openVideo(
  source: Source,
  range: TickRange,
  plan: Plan,
  head: SourcePacket[],
  breathe: () => Promise<void>,
  facts: SourcePacket['facts'][],
  reframe: Reframe | undefined,
): ClipVideo {
  if (plan.mode === 'exact') return openJoin({ source, range, head, breathe })
  if (plan.mode === 'encode')
    return openWhole(source, range, reframe && openPictureShape(source, reframe, plan.zero))
  const askedInFront = facts.slice(0, plan.copyFrom).filter((one) => isWanted(one, range)).length
  return openCopy(source, { start: plan.zero, end: range.end }, range, askedInFront)
}

function openOutput(job: CutJob, video: ClipVideo, tracks: AudioTrack[], mode: CutMode) {
  try {
    return createMp4(job.outPath, [video, ...tracks])
  } catch (error) {
    if (mode !== 'copy' || !(error instanceof AppError)) throw error
    throw clipErrors.notCopyable('This video cannot be copied into an MP4 file.', { cause: error })
  }
}

function readNext(source: Source, isComplete: boolean): SourcePacket | undefined {
  return isComplete ? undefined : readPacket(source)
}

function percentOf(at: number, range: TickRange): number {
  return Math.min(99, Math.max(0, (100 * (at - range.start)) / (range.end - range.start)))
}
