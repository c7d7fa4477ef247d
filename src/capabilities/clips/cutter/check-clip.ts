import { AVSEEK_FLAG_BACKWARD } from 'node-av/constants'
import type { Frame } from 'node-av/lib'
import type { Attempt } from './write-clip.ts'
import { openAudioDecoder } from './audio-track.ts'
import { ticksToMs } from './cut-plan.ts'
import { difference, fingerprint } from './fingerprint.ts'
import { decode, ticks } from './libav.ts'
import { openPictureDecoder } from './picture-decoder.ts'
import type { SeamCheck } from './receipt.ts'
import { type Source, type SourcePacket, openSource, readPacket } from './source.ts'

/** Frames after the last encoded one of the head, and at the start of a clip without a head, that are decoded. */
const framesAfterSeam = 6
/** The same picture twice encoded stays far below; another picture of a real recording is above. */
const mostDifference = 12
const mostAvOffsetMs = 21

/**
 * Reads a finished clip again: counts its frames, compares every time with the plan, and decodes the places where
 * encoded and copied pictures meet. What it says is measured on the file.
 */
export function checkClip(
  path: string,
  attempt: Attempt,
): { frames: number; avOffsetMs: number; seamCheck: SeamCheck } {
  const clip = openSource(path)
  const problems: string[] = []
  const { packets, audioPackets } = readAll(clip)
  checkTimes(packets, clip, attempt, problems)
  const avOffsetMs = measureAvOffset(clip, audioPackets, packets, attempt)
  if (Math.abs(avOffsetMs) > mostAvOffsetMs) problems.push(`the sound is ${avOffsetMs.toFixed(1)} ms off`)
  const seams =
    problems.length === 0 ? decodeSeams(clip, packets, attempt, problems) : { decoded: 0, worst: 0 }
  for (const { packet } of packets) packet.free()
  for (const { packet } of audioPackets) packet.free()
  clip.format.closeInputSync()
  return {
    frames: packets.length,
    avOffsetMs,
    seamCheck: {
      passed: problems.length === 0,
      framesDecoded: seams.decoded,
      worstDifference: Math.round(seams.worst * 100) / 100,
      problems,
    },
  }
}

/** All packets of the pictures without their data, and the first few of each sound track with it. */
function readAll(clip: Source): { packets: SourcePacket[]; audioPackets: SourcePacket[] } {
  const packets: SourcePacket[] = []
  const audioPackets: SourcePacket[] = []
  const perTrack = new Map<number, number>()
  for (let next = readPacket(clip); next; next = readPacket(clip)) {
    if (next.streamIndex === clip.video.index) {
      next.packet.unref()
      packets.push(next)
      continue
    }
    const count = (perTrack.get(next.streamIndex) ?? 0) + 1
    perTrack.set(next.streamIndex, count)
    if (count <= 6) audioPackets.push(next)
    else next.packet.free()
  }
  return { packets, audioPackets }
}

function checkTimes(packets: SourcePacket[], clip: Source, attempt: Attempt, problems: string[]): void {
  const { frames, timeBase } = attempt
  if (packets.length !== frames.length) {
    problems.push(`it has ${packets.length} frames instead of ${frames.length}`)
    return
  }
  let lastDts = Number.NEGATIVE_INFINITY
  for (const { facts } of packets) {
    if (facts.dts === undefined || facts.dts <= lastDts) {
      problems.push('its decoding times do not rise')
      return
    }
    lastDts = facts.dts
  }
  const zero = frames[0]!.pts
  const toleranceMs = ticksToMs(1, clip.timeBase) / 2 + 0.001
  const shown = packets
    .map(({ facts }) => ticksToMs(facts.pts ?? Number.NaN, clip.timeBase))
    .sort((a, b) => a - b)
  const wrong = shown.findIndex(
    (ms, index) => !(Math.abs(ms - ticksToMs(frames[index]!.pts - zero, timeBase)) <= toleranceMs),
  )
  if (wrong >= 0) problems.push(`frame ${wrong} is shown at ${shown[wrong]!.toFixed(3)} ms, which is wrong`)
}

/** How much later than planned the sound begins against the pictures, of all tracks the worst. */
function measureAvOffset(
  clip: Source,
  audioPackets: SourcePacket[],
  packets: SourcePacket[],
  attempt: Attempt,
): number {
  let worst = 0
  const firstShown = Math.min(...packets.slice(0, 64).map(({ facts }) => facts.pts ?? 0))
  for (const [index, stream] of clip.audio.entries()) {
    const decoder = openAudioDecoder(stream)
    let startMs: number | undefined
    for (const { streamIndex, packet } of audioPackets) {
      if (streamIndex !== stream.index) continue
      decode(decoder, packet, (frame) => {
        const pts = ticks(frame.pts)
        if (pts !== undefined) startMs ??= ticksToMs(pts, stream.timeBase)
      })
    }
    decoder.freeContext()
    if (startMs === undefined) continue
    const offset = startMs - ticksToMs(firstShown, clip.timeBase) - (attempt.audioStartsMs[index] ?? 0)
    if (Math.abs(offset) > Math.abs(worst)) worst = offset
  }
  return worst
}

/** Decodes around both seams and compares with the source where its looks are known. */
function decodeSeams(
  clip: Source,
  packets: SourcePacket[],
  attempt: Attempt,
  problems: string[],
): { decoded: number; worst: number } {
  const byOffset = new Map<number, number>()
  const zero = attempt.frames[0]!.pts
  for (const pts of attempt.fingerprints.keys()) {
    const offsetMs = ticksToMs(pts - zero, attempt.timeBase)
    byOffset.set(Math.round((offsetMs * clip.timeBase.den) / (1000 * clip.timeBase.num)), pts)
  }
  let worst = 0
  let decoded = 0
  for (const window of seamWindows(packets, attempt)) {
    const seen = decodeWindow(clip, packets, window, (frame, pts) => {
      const sourcePts = byOffset.get(pts)
      if (sourcePts === undefined) return
      worst = Math.max(worst, difference(fingerprint(frame), attempt.fingerprints.get(sourcePts)!))
    })
    decoded += seen.frames
    if (seen.damaged > 0) problems.push('it has decoding errors at a seam')
    else if (seen.frames !== seen.expected) {
      problems.push(`${seen.frames} frames instead of ${seen.expected} could be decoded at a seam`)
    }
  }
  if (worst > mostDifference) problems.push('a frame at a seam does not look like the source')
  return { decoded, worst }
}

type Window = { from: number; to: number }

/** Stretches of packets to decode, each from a key packet on: the start with the first seam, and the last group. */
export function seamWindows(
  packets: readonly { facts: { isKey: boolean } }[],
  attempt: Pick<Attempt, 'frames'>,
): Window[] {
  const firstCopied = attempt.frames.findIndex(({ isCopied }) => isCopied)
  const headFrames = firstCopied < 0 ? 12 : firstCopied
  const first = { from: 0, to: Math.min(packets.length, headFrames + framesAfterSeam) }
  const tailFrames =
    firstCopied < 0 ? 0 : attempt.frames.length - 1 - attempt.frames.findLastIndex(({ isCopied }) => isCopied)
  let from = packets.length - tailFrames - 1
  while (from > 0 && !packets[from]!.facts.isKey) from--
  if (from < first.to) return [{ from: 0, to: packets.length }]
  return [first, { from, to: packets.length }]
}

export function decodeWindow(
  clip: Source,
  packets: readonly SourcePacket[],
  window: Window,
  onPicture: (frame: Frame, pts: number) => void,
): { frames: number; expected: number; damaged: number } {
  const start = packets[window.from]!.facts
  clip.format.seekFrameSync(clip.video.index, BigInt(start.dts!), AVSEEK_FLAG_BACKWARD)
  // Pictures shown before an open key picture cannot be decoded from it; they are no part of the window.
  const inside = packets.slice(window.from, window.to).filter(({ facts }) => facts.pts! >= start.pts!)
  const wanted = new Set(inside.map(({ facts }) => facts.dts))
  const decoder = openPictureDecoder(clip)
  let frames = 0
  const count: typeof onPicture = (frame, pts) => {
    frames++
    onPicture(frame, pts)
  }
  for (let next = readPacket(clip); next && wanted.size > 0; next = readPacket(clip)) {
    if (next.streamIndex === clip.video.index && wanted.delete(next.facts.dts))
      decoder.push(next.packet, count)
    next.packet.free()
  }
  decoder.push(null, count)
  const damaged = decoder.damaged()
  decoder.close()
  return { frames, expected: inside.length, damaged }
}
