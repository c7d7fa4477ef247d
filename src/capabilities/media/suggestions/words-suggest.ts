import { formatDuration } from '../../../kernel/time.ts'
import type { Suggestion } from '../analysis.ts'
import type { Word } from '../captions/caption.ts'

/** Sounds that say nothing, in the languages that have them in like spelling. */
const fillers = new Set('um umm uh uhm uhh er erm hm hmm mhm äh ähm öh euh eh'.split(' '))
/** Said with a pause on both sides these are fillers too; elsewhere they have a meaning. */
const softFillers = new Set(['like', 'well', 'so', 'right', 'okay', 'basically', 'actually', 'literally'])
const softPauseMs = 150
const retake = { leastWords: 3, mostWords: 30, withinMs: 20_000 }
/** Cut a little before a word: its first consonant begins before recognisers say so. */
const breathMs = 40

/** What words tell an editor: fillers, and passages that were begun again. Pure. */
export function suggestFromWords(words: readonly Word[]): Suggestion[] {
  const plain = words.map(({ text }) => plainWord(text))
  const retakes = findRetakes(words, plain)
  const isInside = (word: Word) =>
    retakes.some((one) => word.startMs >= one.startMs && word.endMs <= one.endMs)
  const single = words.flatMap((word, index) => (isInside(word) ? [] : aboutFiller(words, plain, index)))
  return [...retakes, ...single].sort((a, b) => a.startMs - b.startMs)
}

function plainWord(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^\p{L}\p{N}']/gu, '')
}

function aboutFiller(words: readonly Word[], plain: readonly string[], index: number): Suggestion[] {
  const word = words[index]!
  const name = plain[index]!
  const before = word.startMs - (words[index - 1]?.endMs ?? 0)
  const after = (words[index + 1]?.startMs ?? word.endMs + 1_000) - word.endMs
  const isFiller = fillers.has(name)
  const isSoft = softFillers.has(name) && before >= softPauseMs && after >= softPauseMs
  if (!isFiller && !isSoft) return []
  const range = {
    startMs: Math.round(word.startMs - Math.min(breathMs, before / 2)),
    endMs: Math.round(word.endMs + Math.min(breathMs, after / 2)),
  }
  // No surer than that the word was heard at all.
  const sure = Math.min(isFiller ? 0.9 : 0.5, 0.3 + word.confidence * 0.7)
  const reason = isFiller ? `"${word.text}" says nothing.` : `"${word.text}" stands alone between pauses.`
  return [{ kind: 'filler', ...range, reason, confidence: round(sure) }]
}

/** Passages that begin again with the same words soon after: all but the last beginning can go. */
function findRetakes(words: readonly Word[], plain: readonly string[]): Suggestion[] {
  const found: Suggestion[] = []
  for (let first = 0; first < words.length; first++) {
    const again = findAgain(words, plain, first)
    if (!again) continue
    const { at, count } = again
    const startMs = Math.max(0, Math.round(words[first]!.startMs - breathMs))
    const endMs = Math.round(words[at]!.startMs - breathMs)
    const said = words
      .slice(at, at + Math.min(count, 6))
      .map(({ text }) => text)
      .join(' ')
    const isStutter = count < retake.leastWords
    const reason = isStutter
      ? `"${said}" is said twice.`
      : `Begins again after ${formatDuration(endMs - startMs)} with "${said}${count > 6 ? ' …' : ''}".`
    const sure = isStutter ? 0.55 : Math.min(0.9, 0.5 + count * 0.06)
    if (endMs > startMs) found.push({ kind: 'retake', startMs, endMs, reason, confidence: round(sure) })
    first = at - 1
  }
  return found
}

/** The last place soon after `first` where the same words come again, and how many of them. */
function findAgain(
  words: readonly Word[],
  plain: readonly string[],
  first: number,
): { at: number; count: number } | undefined {
  let best: { at: number; count: number } | undefined
  for (let at = first + 1; at < words.length; at++) {
    if (at - first > retake.mostWords + 10 || words[at]!.startMs - words[first]!.startMs > retake.withinMs)
      break
    let count = 0
    while (first + count < at && plain[first + count] !== '' && plain[first + count] === plain[at + count])
      count += 1
    const isStutter = count > 0 && count < retake.leastWords && at === first + count
    if (count >= retake.leastWords || (isStutter && !isMeant(plain, first, count))) {
      if (!best || count >= best.count) best = { at, count }
    }
  }
  return best
}

/** "very very", "no, no" and numbers are said twice on purpose. */
function isMeant(plain: readonly string[], first: number, count: number): boolean {
  const text = plain.slice(first, first + count).join(' ')
  return /^(very|really|so|no|yes|bye|ha|more|much|many|far|\d+|one|two|three|had|that)$/.test(text)
}

function round(value: number): number {
  return Number(value.toFixed(2))
}
