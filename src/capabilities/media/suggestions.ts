import { gapsBetween, type MsRange, overlapMs, rangeLengthMs } from '../../kernel/ranges.ts'
import { formatDuration } from '../../kernel/time.ts'
import type { MetadataResult } from '../../platform/ffmpeg/plan.ts'
import type { KeepRange, Suggestion } from './analysis.ts'

const deadAirMs = 3_000
const longPauseMs = 700
const blackMs = 500
const noisyPauseMs = 1_200
/** Left before and after speech, as the margin of the level threshold does. */
const airMs = 200
const jump = { leastLu: 6, windowRows: 4, spanMs: 12_000 }
/** Below this short-term loudness (LUFS) a moment is a pause, not a quiet passage. */
const audibleLufs = -45

type Found = {
  keep: KeepRange[]
  durationMs: number
  black: MsRange[]
  frozen: MsRange[]
  /** Rows with `lavfi.r128.S`, about one a second; absent without sound. */
  loudness?: MetadataResult
  /** Where somebody speaks, when that was looked for. */
  speech?: MsRange[]
}

/** Where an edit would help, in order of time. Pure; the numbers come from one analysis. */
export function suggestEdits(found: Found): Suggestion[] {
  const suggestions = [
    ...(found.loudness
      ? gapsBetween(found.keep, found.durationMs).flatMap(aboutSilence(found.durationMs))
      : []),
    ...aboutNoise(found),
    ...found.black.filter((range) => rangeLengthMs(range) >= blackMs).map(aboutBlack),
    ...found.frozen.flatMap(aboutFrozen(found)),
    ...(found.loudness ? findLoudnessJumps(found.loudness) : []),
  ]
  return suggestions.sort((a, b) => a.startMs - b.startMs)
}

function aboutSilence(durationMs: number) {
  return (range: MsRange): Suggestion[] => {
    const lengthMs = rangeLengthMs(range)
    const length = formatDuration(lengthMs)
    const isStart = range.startMs === 0
    const isEnd = range.endMs >= durationMs
    if ((isStart || isEnd) && lengthMs >= longPauseMs) {
      const where = isStart ? 'before the first sound' : 'after the last sound'
      return [{ kind: 'deadAir', ...range, reason: `${length} of silence ${where}.`, confidence: 0.95 }]
    }
    if (lengthMs >= deadAirMs) {
      return [{ kind: 'deadAir', ...range, reason: `Nothing is heard for ${length}.`, confidence: 0.9 }]
    }
    if (lengthMs < longPauseMs) return []
    const confidence = Number(
      (0.5 + (0.35 * (lengthMs - longPauseMs)) / (deadAirMs - longPauseMs)).toFixed(2),
    )
    return [{ kind: 'longPause', ...range, reason: `A pause of ${length}.`, confidence }]
  }
}

/** In noise there is no silence, but still pauses; music is no speech either, so this is less sure. */
function aboutNoise({ keep, durationMs, speech }: Found): Suggestion[] {
  if (!speech || speech.length === 0) return []
  const silent = gapsBetween(keep, durationMs)
  return gapsBetween(speech, durationMs).flatMap((gap): Suggestion[] => {
    const range = {
      startMs: gap.startMs === 0 ? 0 : gap.startMs + airMs,
      endMs: gap.endMs >= durationMs ? durationMs : gap.endMs - airMs,
    }
    const lengthMs = rangeLengthMs(range)
    const isKnown = silent.some((one) => overlapMs(one, range) > 0.3 * lengthMs)
    if (lengthMs < noisyPauseMs || isKnown) return []
    const kind = lengthMs >= deadAirMs ? 'deadAir' : 'longPause'
    const reason = `Nobody speaks for ${formatDuration(lengthMs)}, though there is sound.`
    return [{ kind, ...range, reason, confidence: 0.45 }]
  })
}

function aboutBlack(range: MsRange): Suggestion {
  const reason = `The picture is black for ${formatDuration(rangeLengthMs(range))}.`
  return { kind: 'black', ...range, reason, confidence: 0.9 }
}

/** A still picture while somebody speaks is often meant, a slide; and all of a recording is no mistake. */
function aboutFrozen({ keep, durationMs, loudness }: Found) {
  return (range: MsRange): Suggestion[] => {
    const lengthMs = rangeLengthMs(range)
    const spokenMs = loudness ? keep.reduce((sum, one) => sum + overlapMs(one, range), 0) : 0
    if (spokenMs > 0.1 * lengthMs || lengthMs > 0.9 * durationMs) return []
    const quiet = loudness ? ', and nothing is heard' : ''
    const reason = `The picture does not move for ${formatDuration(lengthMs)}${quiet}.`
    return [{ kind: 'frozen', ...range, reason, confidence: 0.85 }]
  }
}

/** Places where speech becomes clearly louder or quieter and stays so for some seconds. */
export function findLoudnessJumps(rows: MetadataResult): Suggestion[] {
  const audible = rows.timesMs.flatMap((timeMs, index) => {
    const lufs = rows.values['lavfi.r128.S']![index]!
    return lufs > audibleLufs ? [{ timeMs, lufs }] : []
  })
  const found: Suggestion[] = []
  for (let at = jump.windowRows; at + jump.windowRows <= audible.length; at++) {
    const before = average(audible.slice(at - jump.windowRows, at).map((row) => row.lufs))
    const after = average(audible.slice(at, at + jump.windowRows).map((row) => row.lufs))
    const change = after - before
    const isTogether =
      audible[at + jump.windowRows - 1]!.timeMs - audible[at - jump.windowRows]!.timeMs <= jump.spanMs
    if (!isTogether || Math.abs(change) < jump.leastLu) continue
    const startMs = Math.round(audible[at - 1]!.timeMs)
    const endMs = Math.round(audible[at + jump.windowRows - 1]!.timeMs)
    const word = change > 0 ? 'louder' : 'quieter'
    found.push({
      kind: 'loudnessJump',
      startMs,
      endMs,
      reason: `The sound becomes ${Math.abs(change).toFixed(0)} LU ${word}.`,
      confidence: Number(Math.min(0.9, Math.abs(change) / 15).toFixed(2)),
    })
    at += jump.windowRows
  }
  return found
}

function average(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
