import { ticksToMs } from '../cutter/cut-plan.ts'
import { plannedTimes } from './encode-part.ts'
import type { Piece } from './plan-fades.ts'
import type { PlannedPart } from './plan-parts.ts'
import { type ScannedPart, lengthMs } from './scan-part.ts'
import type { PartReceipt } from './stitch-job.ts'
import type { Target } from './target.ts'

/** Frames that a piece gives to the new file. */
export function framesOf(part: PlannedPart, target: Target): number {
  return part.kind === 'copy' ? part.scanned.pts.length : plannedTimes(part.scanned, target).length
}

/** A receipt for each part that was asked for; a fade belongs to the part that it leads into. */
export function describeParts(
  pieces: readonly Piece[],
  planned: readonly PlannedPart[],
  target: Target,
): PartReceipt[] {
  const receipts: PartReceipt[] = []
  for (const [index, { part }] of pieces.entries()) {
    const one = describePiece(planned[index]!, target)
    const known = receipts[part]
    receipts[part] = known ? join(known, one) : one
  }
  return receipts
}

function describePiece(part: PlannedPart, target: Target): PartReceipt {
  const { scanned } = part
  const { job, pts, originTicks, timeBase } = scanned
  const frames = framesOf(part, target)
  const startMs = round(ticksToMs(pts[0]! - originTicks, timeBase))
  const isCopied = part.kind === 'copy'
  const made = isCopied ? part.cut.encodedMs : round(encodedMs(scanned, target))
  return {
    source: job.label ?? job.sourcePath,
    startMs,
    endMs: round(startMs + lengthMs(scanned)),
    requestedFrames: frames,
    frames,
    copiedMs: isCopied ? part.cut.copiedMs : 0,
    encodedMs: made,
    fadeInMs: part.kind === 'fade' ? made : 0,
    gainDb: job.gainDb ?? 0,
    fallback: part.kind === 'encode' ? part.because : null,
  }
}

function join(before: PartReceipt, after: PartReceipt): PartReceipt {
  return {
    ...before,
    endMs: after.endMs,
    requestedFrames: before.requestedFrames + after.requestedFrames,
    frames: before.frames + after.frames,
    copiedMs: round(before.copiedMs + after.copiedMs),
    encodedMs: round(before.encodedMs + after.encodedMs),
    fallback: before.fallback ?? after.fallback,
  }
}

function encodedMs(scanned: ScannedPart, target: Target): number {
  const last = plannedTimes(scanned, target).at(-1)!
  return ticksToMs(last.at + last.durationTicks, target.clock)
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
