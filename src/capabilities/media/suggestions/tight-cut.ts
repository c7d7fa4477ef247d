import { type FrameRate, frameToMs, msToNearestFrame } from '../../../kernel/time.ts'
import type { Suggestion, SuggestionKind } from '../analysis.ts'
import { type CutList, readCutList } from '../exports/cut-list.ts'
import type { SourceFacts } from '../exports/make-cut-list.ts'
import { suggestionErrors } from './errors.ts'

/** What accepting a suggestion does to the cut. */
export const effects: Record<SuggestionKind, 'remove' | 'open' | 'mark'> = {
  deadAir: 'remove',
  longPause: 'remove',
  filler: 'remove',
  retake: 'remove',
  black: 'remove',
  frozen: 'remove',
  ownCut: 'remove',
  hook: 'open',
  loudnessJump: 'mark',
}

export type TightCut = {
  /** Half-open frames of the recording, one after the other in the cut; the hook, which may come twice, first. */
  parts: Array<{ startFrame: number; endFrame: number }>
  frames: number
  removedFrames: number
  markers: Array<{ frame: number; name: string }>
}

/** Shorter remains between two cuts would only flash. */
const leastKeptMs = 120

type Recording = { frames: number; frameRate: FrameRate }

/** The cut that accepted suggestions make of a recording: what they remove is left out, the hook opens it. Pure. */
export function planTightCut(recording: Recording, accepted: readonly Suggestion[]): TightCut {
  const { frames, frameRate } = recording
  const frameOf = (ms: number) => Math.max(0, Math.min(frames, msToNearestFrame(ms, frameRate)))
  const isCut = new Uint8Array(frames)
  for (const { kind, startMs, endMs } of accepted)
    if (effects[kind] === 'remove') isCut.fill(1, frameOf(startMs), frameOf(endMs))
  const leastFrames = Math.max(1, Math.round((leastKeptMs * frameRate.num) / (frameRate.den * 1000)))
  const kept = keptRanges(isCut).filter(
    ({ startFrame, endFrame }) =>
      endFrame - startFrame >= leastFrames || (startFrame === 0 && endFrame === frames),
  )
  const hooks = accepted
    .filter(({ kind }) => effects[kind] === 'open')
    .map(({ startMs, endMs }) => ({ startFrame: frameOf(startMs), endFrame: frameOf(endMs) }))
    .filter(({ startFrame, endFrame }) => endFrame > startFrame)
  const length = (ranges: TightCut['parts']) =>
    ranges.reduce((sum, { startFrame, endFrame }) => sum + endFrame - startFrame, 0)
  const markers = accepted
    .filter(({ kind }) => effects[kind] === 'mark')
    .map(({ startMs, reason }) => ({ frame: Math.min(frames - 1, frameOf(startMs)), name: reason }))
  const parts = [...hooks, ...kept]
  return { parts, frames: length(parts), removedFrames: frames - length(kept), markers }
}

function keptRanges(isCut: Uint8Array): TightCut['parts'] {
  const ranges: TightCut['parts'] = []
  let startFrame = -1
  for (let frame = 0; frame <= isCut.length; frame++) {
    const isKept = frame < isCut.length && isCut[frame] === 0
    if (isKept && startFrame < 0) startFrame = frame
    if (!isKept && startFrame >= 0) {
      ranges.push({ startFrame, endFrame: frame })
      startFrame = -1
    }
  }
  return ranges
}

/** The parts in milliseconds, for the cutter: a frame belongs to a part when it starts inside. */
export function partsInMs(cut: TightCut, rate: FrameRate): Array<{ startMs: number; endMs: number }> {
  // A hundredth of a millisecond early: fractions of 1001 must not lose a frame to rounding.
  const edge = (frame: number) => Math.max(0, frameToMs(frame, rate) - 0.01)
  return cut.parts.map(({ startFrame, endFrame }) => ({ startMs: edge(startFrame), endMs: edge(endFrame) }))
}

/** The same as a cut list for editors. Fails with `suggestions.nothingLeft` when everything would go. */
export function cutListOf(cut: TightCut, input: Recording & { name: string; source: SourceFacts }): CutList {
  assertCut(cut)
  return readCutList({
    name: input.name,
    frameRate: input.frameRate,
    source: { ...input.source, durationFrames: input.frames },
    events: cut.parts.map(({ startFrame, endFrame }) => ({
      sourceStartFrame: startFrame,
      sourceEndFrame: endFrame,
    })),
    markers: cut.markers.map(({ frame, name }) => ({ frame, name: name.slice(0, 200), color: 'yellow' })),
  })
}

/** Refuses a cut with nothing in it. */
export function assertCut(cut: TightCut): void {
  if (cut.parts.length === 0)
    throw suggestionErrors.nothingLeft('The accepted suggestions remove the whole recording.')
}
