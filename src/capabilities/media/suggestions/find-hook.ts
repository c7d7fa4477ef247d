import { type MsRange, overlapMs } from '../../../kernel/ranges.ts'
import { formatClock } from '../../../kernel/time.ts'
import type { Suggestion } from '../analysis.ts'
import type { Word } from '../captions/caption.ts'
import { endingOf } from '../captions/text-units.ts'

const firstMs = 60_000
const length = { leastMs: 1_500, bestMs: 5_000, mostMs: 12_000 }
/** A sentence that already opens the recording needs no moving. */
const opensWithinMs = 3_000

const strong =
  /^(why|how|what|who|never|nobody|nothing|secret|mistake|mistakes|wrong|stop|don't|but|instead|actually|surprising|worst|best|only|imagine|truth|free|first|biggest|most)$/

/**
 * The sentence of the first minute that pulls people in most: a question, a number, a contradiction, speaking to the
 * viewer. It could open the cut. Undefined when the recording opens with it, or when nothing stands out.
 */
export function findHook(words: readonly Word[]): Suggestion | undefined {
  const sentences = sentencesOf(words.filter(({ startMs }) => startMs < firstMs))
  const rated = sentences.map(rate).sort((a, b) => b.score - a.score || a.startMs - b.startMs)
  const [best] = rated
  const opening = sentences[0]
  if (!best || !opening || best.score < 0.35) return undefined
  if (best.startMs - opening.startMs < opensWithinMs) return undefined
  const { startMs, endMs, score, why } = best
  const reason = `${why.join(' and ')} at ${formatClock(startMs).slice(3, 8)}: could open the cut.`
  return { kind: 'hook', startMs, endMs, reason, confidence: Number(Math.min(0.8, score).toFixed(2)) }
}

/** The same without words: the longest speech without a pause, which says little, so it is not sure at all. */
export function findSpokenHook(keep: readonly MsRange[]): Suggestion | undefined {
  const early = keep.filter(({ startMs, endMs }) => startMs < firstMs && endMs - startMs >= length.leastMs)
  const opening = early[0]
  const spokenMs = (range: MsRange) =>
    overlapMs(range, { startMs: range.startMs, endMs: range.startMs + length.mostMs })
  const best = early.toSorted((a, b) => spokenMs(b) - spokenMs(a))[0]
  if (!best || !opening || best.startMs - opening.startMs < opensWithinMs) return undefined
  if (spokenMs(best) < 1.5 * spokenMs(opening)) return undefined
  const endMs = Math.min(best.endMs, best.startMs + length.mostMs)
  const reason = 'The most fluent speech of the first minute; make a transcript to judge by what is said.'
  return { kind: 'hook', startMs: best.startMs, endMs, reason, confidence: 0.25 }
}

type Sentence = MsRange & { words: Word[] }

function sentencesOf(words: readonly Word[]): Sentence[] {
  const sentences: Sentence[] = []
  let current: Word[] = []
  words.forEach((word, index) => {
    current.push(word)
    const next = words[index + 1]
    const isEnd = endingOf(word.text) === 'sentence' || !next || next.startMs - word.endMs > 600
    if (!isEnd) return
    sentences.push({ startMs: current[0]!.startMs, endMs: word.endMs, words: current })
    current = []
  })
  return sentences
}

function rate(sentence: Sentence): MsRange & { score: number; why: string[] } {
  const { startMs, endMs, words } = sentence
  const lengthMs = endMs - startMs
  const plain = words.map(({ text }) => text.toLowerCase().replace(/[^\p{L}\p{N}']/gu, ''))
  const has = (test: (word: string) => boolean) => plain.some(test)
  const signs: Array<[boolean, number, string]> = [
    [words.at(-1)!.text.includes('?'), 0.3, 'A question'],
    [has((word) => /\d/.test(word)), 0.2, 'a number'],
    [has((word) => /^(you|your|you're|you'll)$/.test(word)), 0.15, 'words to the viewer'],
    [has((word) => strong.test(word)), 0.2, 'a strong claim'],
  ]
  const why = signs.filter(([is]) => is).map(([, , name]) => name)
  const points = signs.reduce((sum, [is, worth]) => sum + (is ? worth : 0), 0)
  const isUsable = lengthMs >= length.leastMs && lengthMs <= length.mostMs && words.length >= 4
  const fit = 1 - Math.min(1, Math.abs(lengthMs - length.bestMs) / length.mostMs)
  const heard = words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length
  const score = isUsable && why.length > 0 ? (points + 0.2 * fit) * (0.5 + 0.5 * heard) : 0
  return { startMs, endMs, score, why: why.map((one, index) => (index === 0 ? capitalised(one) : one)) }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
