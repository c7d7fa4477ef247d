/** Chosen words, both ends included; `focus` is where the next step begins. */
export type WordSelection = { anchor: number; focus: number }

export function boundsOf({ anchor, focus }: WordSelection): { from: number; to: number } {
  return { from: Math.min(anchor, focus), to: Math.max(anchor, focus) }
}

/** Where an arrow key leads: to the next word, or with Shift further from the anchor. */
export function stepSelection(
  selection: WordSelection | undefined,
  step: number,
  count: number,
  isExtending: boolean,
): WordSelection {
  if (!selection) return { anchor: 0, focus: 0 }
  const focus = Math.max(0, Math.min(count - 1, selection.focus + step))
  return { anchor: isExtending ? selection.anchor : focus, focus }
}

type Timed = { text: string; startMs: number; endMs: number }

/** A pause this long begins a paragraph; so does the end of a sentence in a long one. */
const pauseMs = 900
const wordsOfParagraph = 40

/** Half-open ranges of words that stand together. */
export function paragraphsOf(words: readonly Timed[]): Array<{ from: number; to: number }> {
  const paragraphs: Array<{ from: number; to: number }> = []
  let from = 0
  for (let at = 1; at <= words.length; at++) {
    const before = words[at - 1]!
    const next = words[at]
    const isLong = at - from >= wordsOfParagraph && /[.!?…]["')\]]?$/.test(before.text)
    if (next && next.startMs - before.endMs < pauseMs && !isLong) continue
    paragraphs.push({ from, to: at })
    from = at
  }
  return words.length === 0 ? [] : paragraphs
}

/** The word that is heard at a moment, or the last one before it; -1 before the first. */
export function wordAt(words: readonly Timed[], timeMs: number): number {
  let [low, high] = [0, words.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (words[middle]!.startMs <= timeMs) low = middle + 1
    else high = middle
  }
  return low - 1
}
