import { type MsRange, gapsBetween, rangeLengthMs } from '../../kernel/ranges.ts'
import { formatDuration } from '../../kernel/time.ts'

/** What suggestions are made from: the part of an analysis that says where people speak and pictures change. */
export type SpeechAndScenes = {
  durationMs: number
  silences: readonly MsRange[]
  scenes: readonly { atMs: number }[]
}

export type SuggestOptions = { count?: number; minMs?: number; maxMs?: number }

export type SuggestedClip = MsRange & {
  /** 0 to 1; only good for comparing suggestions of one recording. */
  score: number
  title: string
  reasons: string[]
}

/** A place where a clip may begin or end, with how natural a cut is there. */
type Cut = { atMs: number; quality: number; why: string }

/** A pause from this length on separates thoughts; shorter ones are breaths. */
const pauseMs = 250
/** Sound kept before the first and after the last word, at most half of the pause. */
const airMs = 300
/** What a clip of this length gets most points for: long enough for a thought, short enough for a feed. */
const bestMs = 30_000

/**
 * Suggests clips: stretches of speech that begin and end in pauses, preferably where the picture changes too,
 * without long silences inside, not overlapping, in the order of the recording. Pure and deterministic.
 *
 * Recordings shorter than `minMs` give one clip, the whole. `minMs` gives way when the recording is too short for
 * `count` clips of that length. No suggestion for a recording without length.
 */
export function suggestClips(analysis: SpeechAndScenes, options: SuggestOptions = {}): SuggestedClip[] {
  const { count = 3, maxMs = 60_000 } = options
  const { durationMs } = analysis
  if (!(durationMs > 0) || count < 1) return []
  const minMs = options.minMs ?? 15_000
  if (durationMs <= minMs) return [wholeRecording(durationMs)]

  const wanted = Math.min(count, Math.max(1, Math.floor(durationMs / minMs)))
  // Room must remain for the others: a 60 s recording gives three clips of at most 20 s.
  const limits = { minMs, maxMs: Math.max(minMs, Math.min(maxMs, durationMs / wanted)) }
  const measures = measureRecording(analysis)
  const cuts = findCuts(measures)
  let chosen = chooseBest(listCandidates(cuts, measures, limits), wanted)
  if (chosen.length < wanted) {
    addGrid(cuts, durationMs, minMs / 3)
    chosen = chooseBest(listCandidates(cuts, measures, limits), wanted)
  }
  return chosen.map((clip, index) => ({ ...clip, title: `Clip ${index + 1} (${formatStart(clip.startMs)})` }))
}

type Candidate = Omit<SuggestedClip, 'title'>

function wholeRecording(durationMs: number): SuggestedClip {
  return {
    startMs: 0,
    endMs: durationMs,
    score: 0.5,
    title: 'The whole recording',
    reasons: [`The recording is only ${formatDuration(durationMs)} long`],
  }
}

type Measures = {
  durationMs: number
  silences: MsRange[]
  sceneTimes: number[]
  /** Milliseconds of speech before a time. */
  spokenBefore(atMs: number): number
  /** Scene changes before a time. */
  scenesBefore(atMs: number): number
}

function measureRecording(analysis: SpeechAndScenes): Measures {
  const silences = analysis.silences
    .filter((silence) => rangeLengthMs(silence) > 0)
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
  const speech = gapsBetween(silences, analysis.durationMs)
  const spokenAtStart: number[] = []
  let spoken = 0
  for (const one of speech) {
    spokenAtStart.push(spoken)
    spoken += rangeLengthMs(one)
  }
  const sceneTimes = analysis.scenes.map(({ atMs }) => atMs).sort((a, b) => a - b)
  return {
    durationMs: analysis.durationMs,
    silences,
    sceneTimes,
    spokenBefore(atMs) {
      const index = countUntil(speech.length, (middle) => speech[middle]!.startMs < atMs) - 1
      const one = speech[index]
      return one ? spokenAtStart[index]! + Math.min(rangeLengthMs(one), atMs - one.startMs) : 0
    },
    scenesBefore: (atMs) => countUntil(sceneTimes.length, (middle) => sceneTimes[middle]! < atMs),
  }
}

/** How many of the first `length` places hold; those that do come first. */
function countUntil(length: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}

type Cuts = { starts: Cut[]; ends: Cut[] }

/** Pauses, scene changes and both ends of the recording. */
function findCuts(measures: Measures): Cuts {
  const { durationMs, silences, sceneTimes, scenesBefore } = measures
  const starts: Cut[] = [{ atMs: 0, quality: 0.5, why: 'Begins with the recording' }]
  const ends: Cut[] = [{ atMs: durationMs, quality: 0.5, why: 'ends with the recording' }]
  const bonus = (atMs: number) => (scenesBefore(atMs + 1_000) > scenesBefore(atMs - 1_000) ? 0.2 : 0)
  for (const pause of silences) {
    const length = rangeLengthMs(pause)
    if (length < pauseMs) continue
    const air = Math.min(airMs, length / 2)
    const quality = 0.5 + Math.min(0.3, length / 5_000)
    const described = `a pause of ${formatDuration(length)}`
    const startMs = Math.round(pause.endMs - air)
    const endMs = Math.round(pause.startMs + air)
    if (pause.endMs < durationMs) {
      starts.push({ atMs: startMs, quality: quality + bonus(startMs), why: `Begins after ${described}` })
    }
    if (pause.startMs > 0 && endMs < durationMs) {
      ends.push({ atMs: endMs, quality: quality + bonus(endMs), why: `ends in ${described}` })
    }
  }
  for (const time of sceneTimes) {
    const atMs = Math.round(time)
    if (atMs <= 0 || atMs >= durationMs) continue
    // Cutting into speech is worse than any pause, but better than anywhere.
    const isQuiet = measures.spokenBefore(atMs + 1) === measures.spokenBefore(atMs - 1)
    const quality = isQuiet ? 0.6 : 0.3
    starts.push({ atMs, quality, why: 'Begins at a scene change' })
    ends.push({ atMs, quality, why: 'ends at a scene change' })
  }
  return { starts, ends }
}

/** Cuts at even distances, for recordings that have too few places to cut at. */
function addGrid(cuts: Cuts, durationMs: number, everyMs: number): void {
  for (let atMs = everyMs; atMs < durationMs; atMs += everyMs) {
    cuts.starts.push({ atMs, quality: 0, why: 'Begins without a pause' })
    cuts.ends.push({ atMs, quality: 0, why: 'ends without a pause' })
  }
}

function listCandidates(
  cuts: Cuts,
  measures: Measures,
  limits: { minMs: number; maxMs: number },
): Candidate[] {
  const ends = [...cuts.ends].sort((a, b) => a.atMs - b.atMs)
  const candidates: Candidate[] = []
  for (const start of cuts.starts) {
    const first = countUntil(ends.length, (index) => ends[index]!.atMs < start.atMs + limits.minMs)
    for (let index = first; index < ends.length && ends[index]!.atMs <= start.atMs + limits.maxMs; index++) {
      candidates.push(rate(start, ends[index]!, measures, limits.maxMs))
    }
  }
  return candidates
}

function rate(start: Cut, end: Cut, measures: Measures, maxMs: number): Candidate {
  const range = { startMs: start.atMs, endMs: end.atMs }
  const length = rangeLengthMs(range)
  const density = (measures.spokenBefore(range.endMs) - measures.spokenBefore(range.startMs)) / length
  const target = Math.min(bestMs, maxMs)
  const fit = 1 - Math.min(1, Math.abs(length - target) / target)
  const inside = measures.scenesBefore(range.endMs) - measures.scenesBefore(range.startMs + 1)
  const variety = Math.min(1, inside / 3)
  const quality = (Math.min(1, start.quality) + Math.min(1, end.quality)) / 2
  const score = 0.35 * density + 0.3 * quality + 0.25 * fit + 0.1 * variety
  const reasons = [
    `${start.why} and ${end.why}`,
    `${Math.round(density * 100)} % of its ${formatDuration(length)} is speech`,
  ]
  if (inside > 0)
    reasons.push(inside === 1 ? 'The picture changes once' : `The picture changes ${inside} times`)
  return { ...range, score: Math.round(score * 1000) / 1000, reasons }
}

/**
 * The set of clips without overlap that is worth most, as many as wanted where that is possible: the textbook way for
 * weighted intervals, with the number of clips as second dimension.
 */
function chooseBest(candidates: readonly Candidate[], count: number): Candidate[] {
  const sorted = [...candidates].sort((a, b) => a.endMs - b.endMs || a.startMs - b.startMs)
  type Best = { total: number; last: number; before: Best | undefined }
  // best[n][i]: the best n clips among the first i candidates.
  let previous: (Best | undefined)[] = Array.from({ length: sorted.length + 1 }, () => ({
    total: 0,
    last: -1,
    before: undefined,
  }))
  let found: Best | undefined
  for (let picked = 1; picked <= count; picked++) {
    const current: (Best | undefined)[] = [undefined]
    for (const [index, candidate] of sorted.entries()) {
      const skip = current[index]
      const before = previous[countUntil(index, (at) => sorted[at]!.endMs <= candidate.startMs)]
      const take = before && { total: before.total + candidate.score, last: index, before }
      current.push(take && (!skip || take.total > skip.total) ? take : skip)
    }
    if (!current.at(-1)) break
    found = current.at(-1)
    previous = current
  }
  const chosen: Candidate[] = []
  for (let at = found; at && at.last >= 0; at = at.before) chosen.unshift(sorted[at.last]!)
  return chosen
}

function formatStart(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
