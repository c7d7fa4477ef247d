import { rm, stat } from 'node:fs/promises'
import type { MediaChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import { clipErrors } from '../errors.ts'
import { checkClip } from './check-clip.ts'
import { CannotJoin } from './clip-video.ts'
import { ticksToMs } from './cut-plan.ts'
import { type Attempt, writeClip } from './write-clip.ts'
import type { CutJob, CutResult } from './receipt.ts'

/**
 * Cuts one clip and checks it by reading it again. An exact clip that cannot be joined, or whose check fails, is
 * encoded as a whole, with the reason in the receipt. Runs in a media child.
 */
export async function cutFile(job: CutJob, tools: MediaChildTools): Promise<CutResult> {
  let bytesRead = 0
  let fallback: string | null = null
  let mode = job.mode
  for (;;) {
    try {
      const attempt = await writeClip({ ...job, mode }, tools)
      bytesRead += attempt.bytesRead
      const result = await describe(job, attempt, fallback ?? attempt.because, bytesRead)
      if (result.seamCheck.passed) return result
      if (job.isJoinOnly) throw new CannotJoin(`its check failed: ${result.seamCheck.problems[0]}`)
      if (attempt.mode === 'encode') {
        throw clipErrors.checkFailed(`The clip did not pass its check: ${result.seamCheck.problems[0]}.`)
      }
      fallback = `the first version did not pass its check: ${result.seamCheck.problems[0]}`
    } catch (error) {
      await rm(job.outPath, { force: true })
      if (!(error instanceof CannotJoin) || job.isJoinOnly) throw error
      fallback = error.message
    }
    mode = 'encode'
  }
}

async function describe(
  job: CutJob,
  attempt: Attempt,
  fallback: string | null,
  bytesRead: number,
): Promise<CutResult> {
  const { frames, timeBase } = attempt
  if (frames.length === 0) throw clipErrors.tooShort('No frame of the recording starts inside this range.')
  if (attempt.mode !== 'copy' && frames.length !== attempt.requestedFrames) {
    throw attempt.mode === 'encode'
      ? clipErrors.damaged(`Only ${frames.length} of ${attempt.requestedFrames} frames could be decoded.`)
      : new CannotJoin('frames are missing')
  }
  const checked = checkClip(job.outPath, attempt)
  const spans = frameSpans(attempt)
  const sum = (isCopied: boolean) =>
    ticksToMs(
      spans.reduce((total, span) => (span.isCopied === isCopied ? total + span.ticks : total), 0),
      timeBase,
    )
  const durationMs = sum(true) + sum(false)
  const startMs = ticksToMs(frames[0]!.pts - attempt.originTicks, timeBase)
  const { size } = await stat(job.outPath)
  return {
    out: job.outPath,
    mode: attempt.mode,
    requestedFrames: attempt.requestedFrames,
    frames: checked.frames,
    durationMs: round(durationMs),
    startMs: round(startMs),
    endMs: round(startMs + durationMs),
    copiedMs: round(sum(true)),
    encodedMs: round(sum(false)),
    audio: attempt.audio,
    avOffsetMs: round(checked.avOffsetMs),
    bytesRead,
    sizeBytes: size,
    width: attempt.width,
    height: attempt.height,
    fallback,
    ...(attempt.reframe ? { reframe: attempt.reframe } : {}),
    seamCheck: checked.seamCheck,
  }
}

/** How long each frame is shown: until the next one; the last one as long as its packet says, or as the one before. */
function frameSpans({ frames }: Attempt): { ticks: number; isCopied: boolean }[] {
  return frames.map((frame, index) => {
    const next = frames[index + 1]
    const before = frames[index - 1]
    const ticks = next ? next.pts - frame.pts : frame.durationTicks || (before ? frame.pts - before.pts : 0)
    return { ticks, isCopied: frame.isCopied }
  })
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
