import type { Cue, Word } from './caption.ts'
import { broadcastRules, type LayoutRules } from './layout-rules.ts'
import { countChars, endingOf, joinerOf, splitLongWords } from './text-units.ts'
import { wrapLines } from './wrap-lines.ts'

/** Words with a pause of this length between them belong to different captions if at all possible. */
const longPauseMs = 1200
const pauseMs = 300

export type Layout = {
  cues: Cue[]
  /** Indexes of captions that are on the screen too shortly, because the speech leaves them no more time. */
  tooFast: number[]
}

/**
 * Turns words into captions that can be read: the best way to cut the speech at the ends of phrases within the rules.
 * Every word comes once, in order; captions never overlap, and begin with their first word. Lines are in logical
 * order, also in scripts that run right to left. Words must come as `readWords` gives them.
 */
export function layoutCues(words: readonly Word[], rules: LayoutRules = broadcastRules): Layout {
  const pieces = splitLongWords(words, rules.maxLineChars)
  const cuts = bestCuts(pieces, rules)
  const cues = cuts.map(([from, to], index): Cue => {
    const inside = pieces.slice(from, to)
    const { startMs } = inside[0]!
    const nextStartMs = index + 1 < cuts.length ? pieces[cuts[index + 1]![0]]!.startMs : Infinity
    const lines = wrapLines(
      inside.map(({ text }) => text),
      rules,
    )!
    const text = lines.join('\n')
    const spokenMs = inside.at(-1)!.endMs
    const wantedMs = Math.max(spokenMs, startMs + neededMs(countChars(lines.join(' ')), rules))
    const endMs = Math.round(Math.min(wantedMs, startMs + rules.maxCueMs, nextStartMs))
    return { startMs: Math.round(startMs), endMs, text, words: inside }
  })
  separate(cues)
  const isTooFast = (cue: Cue) =>
    cue.endMs - cue.startMs < neededMs(countChars(cue.text.replaceAll('\n', ' ')), rules)
  return { cues, tooFast: cues.flatMap((cue, index) => (isTooFast(cue) ? [index] : [])) }
}

function neededMs(chars: number, rules: LayoutRules): number {
  return Math.max(rules.minCueMs, Math.ceil((chars * 1000) / rules.maxCharsPerS))
}

/** Words heard at the very same time would give captions of no length: each gets at least a millisecond. */
function separate(cues: Cue[]): void {
  cues.forEach((cue, index) => {
    const before = cues[index - 1]
    if (before && cue.startMs < before.endMs) cue.startMs = before.endMs
    if (cue.endMs <= cue.startMs) cue.endMs = cue.startMs + 1
  })
}

/** The cheapest way to cut the words into captions, by dynamic programming: `[from, to)` for each. */
function bestCuts(words: readonly Word[], rules: LayoutRules): Array<[number, number]> {
  const lengthOf = measureLines(words)
  const costs = new Float64Array(words.length + 1).fill(Infinity)
  const cameFrom = new Int32Array(words.length + 1)
  costs[0] = 0
  for (let from = 0; from < words.length; from++) {
    let pauses = 0
    let sentencesInside = 0
    let firstLineTo = from
    for (let to = from + 1; to <= words.length; to++) {
      const last = to - 1
      if (last > from) {
        if (words[last]!.endMs - words[from]!.startMs > rules.maxCueMs) break
        if (endingOf(words[last - 1]!.text) === 'sentence') sentencesInside += 1
        pauses += pauseCost(words[last]!.startMs - words[last - 1]!.endMs)
      }
      const length = lengthOf(from, to)
      if (length <= rules.maxLineChars) firstLineTo = to
      // Filling the first line is the best chance of the others.
      else if (linesNeeded(lengthOf, { from: firstLineTo, to }, rules.maxLineChars) >= rules.maxLines) break
      const cost = costs[from]! + pauses + cueCost(words, { from, to, length, sentencesInside }, rules)
      if (cost < costs[to]!) {
        costs[to] = cost
        cameFrom[to] = from
      }
    }
  }
  const cuts: Array<[number, number]> = []
  for (let to = words.length; to > 0; to = cameFrom[to]!) cuts.push([cameFrom[to]!, to])
  return cuts.reverse()
}

type LengthOf = (from: number, to: number) => number

/** Characters of the line that words `[from, to)` make. */
function measureLines(words: readonly Word[]): LengthOf {
  const joiners = words.map(({ text }, index) =>
    index === 0 ? 0 : joinerOf(words[index - 1]!.text, text).length,
  )
  const ends = new Float64Array(words.length + 1)
  words.forEach(({ text }, index) => {
    ends[index + 1] = ends[index]! + joiners[index]! + countChars(text)
  })
  return (from, to) => ends[to]! - ends[from]! - joiners[from]!
}

function linesNeeded(lengthOf: LengthOf, range: { from: number; to: number }, maxChars: number): number {
  let lines = 1
  let start = range.from
  for (let to = start + 1; to <= range.to; to++) {
    if (lengthOf(start, to) <= maxChars) continue
    lines += 1
    start = to - 1
  }
  return lines
}

function pauseCost(gapMs: number): number {
  if (gapMs >= longPauseMs) return 60
  return gapMs >= pauseMs ? 3 : 0
}

/** What a caption costs by itself: one more of them, a bad end, too little time to read it. */
function cueCost(
  words: readonly Word[],
  {
    from,
    to,
    length,
    sentencesInside,
  }: { from: number; to: number; length: number; sentencesInside: number },
  rules: LayoutRules,
): number {
  const next = words[to]
  const gapMs = next ? next.startMs - words[to - 1]!.endMs : Infinity
  const ending = endingOf(words[to - 1]!.text)
  const end = gapMs >= longPauseMs || ending === 'sentence' ? 0 : ending === 'clause' ? 3 : 8
  const softened = gapMs >= pauseMs ? Math.min(end, 3) : end
  const availableMs = (next?.startMs ?? Infinity) - words[from]!.startMs
  const missing = 1 - Math.min(1, availableMs / neededMs(length, rules))
  // A sentence that begins here should end here.
  const inside = sentencesInside * (ending === 'sentence' ? 3 : 8)
  // Of two equally good ways the one with captions of like length is easier to read.
  const fullness = 2 * (length / (rules.maxLineChars * rules.maxLines)) ** 2
  return 6 + softened + inside + fullness + (missing > 0 ? 30 + missing * 200 : 0)
}
