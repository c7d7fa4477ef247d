/** For each word of the first list, the index of the same word in the second, or −1. Indexes only rise. */
export type WordMatch = Int32Array

/** Gaps between sure places are compared word by word up to this many pairs; larger ones stay unmatched. */
const mostPairs = 4_000_000

/**
 * Lays two versions of one text beside each other: first by groups of three words that both have once, then word by
 * word between those. Unmatched words are in only one of them.
 */
export function matchWords(first: readonly string[], second: readonly string[]): WordMatch {
  const match = new Int32Array(first.length).fill(-1)
  const anchors = findAnchors(first, second)
  let from = { first: 0, second: 0 }
  for (const anchor of [...anchors, { first: first.length, second: second.length }]) {
    matchGap(first, second, from, anchor, match)
    if (anchor.first < first.length) match[anchor.first] = anchor.second
    from = { first: anchor.first + 1, second: anchor.second + 1 }
  }
  return match
}

type Place = { first: number; second: number }

/** Places of groups that occur once in each list, in the longest order that rises in both. */
function findAnchors(first: readonly string[], second: readonly string[]): Place[] {
  const inFirst = uniqueGroups(first)
  const inSecond = uniqueGroups(second)
  const places = [...inFirst]
    .flatMap(([group, at]) => {
      const other = inSecond.get(group)
      return at >= 0 && other !== undefined && other >= 0 ? [{ first: at, second: other }] : []
    })
    .sort((a, b) => a.first - b.first)
  return longestRising(places)
}

function uniqueGroups(words: readonly string[]): Map<string, number> {
  const places = new Map<string, number>()
  for (let at = 0; at + 3 <= words.length; at++) {
    const group = `${words[at]} ${words[at + 1]} ${words[at + 2]}`
    places.set(group, places.has(group) ? -1 : at)
  }
  return places
}

/** The textbook longest increasing subsequence of `second`. */
function longestRising(places: readonly Place[]): Place[] {
  const ends: number[] = []
  const before = new Int32Array(places.length).fill(-1)
  for (const [index, place] of places.entries()) {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (places[ends[middle]!]!.second < place.second) low = middle + 1
      else high = middle
    }
    if (low > 0) before[index] = ends[low - 1]!
    ends[low] = index
  }
  const chosen: Place[] = []
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) chosen.unshift(places[at]!)
  return chosen
}

const cost = { gap: 0.75, other: 1 }
const cameFrom = { both: 0, first: 1, second: 2 }

/** Edit distance between the two gaps, and its path. */
function matchGap(
  first: readonly string[],
  second: readonly string[],
  from: Place,
  to: Place,
  match: WordMatch,
): void {
  const rows = to.first - from.first
  const columns = to.second - from.second
  if (rows <= 0 || columns <= 0 || rows * columns > mostPairs) return
  const width = columns + 1
  const steps = new Uint8Array((rows + 1) * width)
  let previous = Float64Array.from({ length: width }, (_, column) => column * cost.gap)
  steps.fill(cameFrom.second, 1, width)
  for (let row = 1; row <= rows; row++) {
    const current = new Float64Array(width)
    current[0] = row * cost.gap
    steps[row * width] = cameFrom.first
    for (let column = 1; column <= columns; column++) {
      const isSame = first[from.first + row - 1] === second[from.second + column - 1]
      const both = previous[column - 1]! + (isSame ? 0 : cost.other)
      const skipFirst = previous[column]! + cost.gap
      const skipSecond = current[column - 1]! + cost.gap
      const best = Math.min(both, skipFirst, skipSecond)
      current[column] = best
      steps[row * width + column] =
        best === both ? cameFrom.both : best === skipFirst ? cameFrom.first : cameFrom.second
    }
    previous = current
  }
  for (let row = rows, column = columns; row > 0 && column > 0;) {
    const step = steps[row * width + column]
    if (step === cameFrom.both) {
      const [a, b] = [from.first + row - 1, from.second + column - 1]
      if (first[a] === second[b]) match[a] = b
    }
    if (step !== cameFrom.second) row -= 1
    if (step !== cameFrom.first) column -= 1
  }
}
