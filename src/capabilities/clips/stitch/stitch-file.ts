import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { MediaChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import { clipErrors } from '../errors.ts'
import { checkClip } from '../cutter/check-clip.ts'
import { bytesReadSoFar } from '../cutter/source.ts'
import type { SeamCheck } from '../cutter/receipt.ts'
import type { Attempt } from '../cutter/write-clip.ts'
import { checkJoints } from './check-joints.ts'
import { conformLoudness } from './conform-loudness.ts'
import { describeParts, framesOf } from './describe-parts.ts'
import { type CopiedPart, type PlannedPart, agreeOnParameterSets, planPart } from './plan-parts.ts'
import { type Piece, planFades } from './plan-fades.ts'
import { type ScannedPart, scanPart } from './scan-part.ts'
import type { PartReceipt, StitchJob, StitchResult } from './stitch-job.ts'
import { type Target, chooseTarget } from './target.ts'
import { PartCannotJoin, type WrittenParts, writeParts } from './write-parts.ts'

/**
 * Joins stretches of files into one file and checks it by reading it again. Parts that agree with the first one are
 * copied but for their edges; the others, and those that do not fit, are encoded. Runs in a media child.
 */
export async function stitchFile(job: StitchJob, tools: MediaChildTools): Promise<StitchResult> {
  const readBefore = bytesReadSoFar() ?? 0
  const asked: ScannedPart[] = []
  for (const part of job.parts) asked.push(await scanPart(part, tools))
  const target = chooseTarget(asked)
  const scanned = await conformLoudness(asked, job.loudness ?? 'keep', tools)
  const pieces = planFades(scanned, job.fadeMs ?? 0)
  let parts: PlannedPart[] = []
  let ownBytes = 0
  for (const [index, piece] of pieces.entries()) {
    const planned = await planPiece(job, piece, target, join(job.workDir, `part-${index}.mp4`), tools)
    // The part's file is read to describe it and to check it; that is nothing of the source.
    if (planned.kind === 'copy') ownBytes += 3 * planned.cut.sizeBytes
    parts.push(planned)
    await tools.progress({})
  }
  for (;;) {
    const agreed = agreeOnParameterSets(parts)
    parts = agreed.parts
    try {
      const written = await writeParts(job.outPath, parts, agreed.sets, target, job.workDir, tools)
      const bytesRead = Math.max(0, (bytesReadSoFar() ?? 0) - readBefore - ownBytes)
      const receipt = await describe(job, { pieces, parts }, target, written, bytesRead)
      if (receipt.seamCheck.passed) return receipt
      const [problem] = receipt.seamCheck.problems
      if (parts.every(({ kind }) => kind !== 'copy')) {
        throw clipErrors.checkFailed(`The stitched file did not pass its check: ${problem}.`)
      }
      parts = parts.map((part) => encodeInstead(part, `the first version did not pass its check: ${problem}`))
    } catch (error) {
      await rm(job.outPath, { force: true })
      if (!(error instanceof PartCannotJoin)) throw error
      parts = parts.map((part, index) => (index === error.part ? encodeInstead(part, error.message) : part))
    }
  }
}

async function planPiece(
  { isEncoded }: StitchJob,
  piece: Piece,
  target: Target,
  outPath: string,
  tools: MediaChildTools,
): Promise<PlannedPart> {
  const { scanned } = piece
  if (piece.kind === 'fade') return { kind: 'fade', scanned, tail: piece.tail, because: 'it is faded' }
  if (isEncoded) return { kind: 'encode', scanned, because: 'it was asked for' }
  return planPart(scanned, target, outPath, tools)
}

function encodeInstead(part: PlannedPart, because: string): PlannedPart {
  return part.kind !== 'copy' ? part : { kind: 'encode', scanned: part.scanned, because }
}

async function describe(
  job: StitchJob,
  { pieces, parts }: { pieces: readonly Piece[]; parts: readonly PlannedPart[] },
  target: Target,
  written: WrittenParts,
  bytesRead: number,
): Promise<StitchResult> {
  const receipts = describeParts(pieces, parts, target)
  const sum = (pick: (part: PartReceipt) => number) =>
    round(receipts.reduce((total, part) => total + pick(part), 0))
  const requestedFrames = sum((part) => part.requestedFrames)
  const checked = check(job.outPath, parts, target, written)
  const durationMs = sum((part) => part.copiedMs + part.encodedMs)
  const isAnyCopied = parts.some(({ kind }) => kind === 'copy')
  const { size } = await stat(job.outPath)
  return {
    out: job.outPath,
    mode: isAnyCopied ? 'exact' : 'encode',
    requestedFrames,
    frames: checked.frames,
    durationMs,
    startMs: 0,
    endMs: durationMs,
    copiedMs: sum((part) => part.copiedMs),
    encodedMs: sum((part) => part.encodedMs),
    audio: written.hasSound ? 'encoded' : 'none',
    avOffsetMs: round(checked.avOffsetMs),
    bytesRead,
    sizeBytes: size,
    width: target.width,
    height: target.height,
    fallback: isAnyCopied ? null : (receipts[0]!.fallback ?? null),
    seamCheck: checked.seamCheck,
    parts: receipts,
  }
}

function check(path: string, parts: readonly PlannedPart[], target: Target, written: WrittenParts) {
  const attempt: Attempt = {
    mode: 'exact',
    because: null,
    frames: written.frames,
    requestedFrames: written.frames.length,
    timeBase: target.clock,
    originTicks: 0,
    fingerprints: new Map(),
    audio: written.hasSound ? 'encoded' : 'none',
    audioStartsMs: [0],
    bytesRead: 0,
    width: target.width,
    height: target.height,
  }
  const whole = checkClip(path, attempt)
  const joints = checkJoints(path, written.firstFrames)
  const cuts = parts
    .filter((part): part is CopiedPart => part.kind === 'copy')
    .map(({ cut }) => cut.seamCheck)
  const wanted = parts.reduce((sum, part) => sum + framesOf(part, target), 0)
  const problems = [...whole.seamCheck.problems, ...joints.problems]
  if (whole.frames !== wanted) problems.push(`it has ${whole.frames} frames instead of ${wanted}`)
  const seamCheck: SeamCheck = {
    passed: problems.length === 0,
    framesDecoded:
      whole.seamCheck.framesDecoded +
      joints.framesDecoded +
      cuts.reduce((sum, one) => sum + one.framesDecoded, 0),
    worstDifference: Math.max(0, ...cuts.map((one) => one.worstDifference)),
    problems,
  }
  return { frames: whole.frames, avOffsetMs: whole.avOffsetMs, seamCheck }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
