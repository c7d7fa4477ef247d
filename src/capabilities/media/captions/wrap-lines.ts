import { countChars, endingOf, isLoosePunctuation, joinerOf } from './text-units.ts'

/** Joins words into one line. */
export function joinWords(words: readonly string[]): string {
  return words.reduce((line, word) => (line === '' ? word : line + joinerOf(line, word) + word), '')
}

/**
 * Breaks words into as few lines as they need; two lines break at the end of a phrase where there is one, otherwise
 * evenly. Undefined when they do not fit.
 */
export function wrapLines(
  words: readonly string[],
  limits: { maxLineChars: number; maxLines: number },
): string[] | undefined {
  const { maxLineChars, maxLines } = limits
  const whole = joinWords(words)
  if (countChars(whole) <= maxLineChars) return [whole]
  if (maxLines === 2) return bestPair(words, maxLineChars)
  const lines: string[] = ['']
  for (const word of words) {
    const line = lines.at(-1)!
    const longer = line === '' ? word : line + joinerOf(line, word) + word
    if (countChars(longer) <= maxLineChars) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines.length <= maxLines ? lines : undefined
}

function bestPair(words: readonly string[], maxLineChars: number): string[] | undefined {
  let best: { lines: string[]; cost: number } | undefined
  for (let at = 1; at < words.length; at++) {
    const lines = [joinWords(words.slice(0, at)), joinWords(words.slice(at))]
    const [first, second] = lines.map(countChars) as [number, number]
    if (first > maxLineChars || second > maxLineChars) continue
    const before = words[at - 1]!
    // Articles and prepositions, which belong to the word after them, are short in most languages.
    const phrase = endingOf(before) === 'none' ? (countChars(before) <= 3 ? 26 : 20) : 0
    const cost = Math.abs(first - second) + phrase + (isLoosePunctuation(words[at]!) ? 100 : 0)
    if (!best || cost < best.cost) best = { lines, cost }
  }
  return best?.lines
}
