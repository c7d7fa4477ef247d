import type { Word } from './caption.ts'

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Characters as a reader counts them: an emoji family or a letter with its marks is one. */
export function countChars(text: string): number {
  // Plain Latin text, by far the most common, needs no segmenter.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let count = 0
  for (const _ of graphemes.segment(text)) count += 1
  return count
}

const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const closing = /^[\p{Pe}\p{Pf}.,!?;:…。、，！？；：،؟؛%]+$/u

/** Recognisers give commas and full stops as words of their own; those must not start a line. */
export function isLoosePunctuation(word: string): boolean {
  return closing.test(word)
}

/** What stands between two words: nothing in scripts without spaces, and before loose punctuation. */
export function joinerOf(before: string, after: string): '' | ' ' {
  if (isLoosePunctuation(after)) return ''
  return unspaced.test([...before].at(-1) ?? '') && unspaced.test([...after][0] ?? '') ? '' : ' '
}

const sentenceEnd = /[.!?…。！？؟।]["'”’»)\]]*$/u
const clauseEnd = /[,;:–—、，；：،؛]["'”’»)\]]*$/u

/** How well a line or caption may end after this word. */
export function endingOf(word: string): 'sentence' | 'clause' | 'none' {
  if (sentenceEnd.test(word)) return 'sentence'
  return clauseEnd.test(word) ? 'clause' : 'none'
}

/** Cuts words that are wider than a line into pieces, each with its share of the time. */
export function splitLongWords(words: readonly Word[], maxChars: number): Word[] {
  return words.flatMap((word) => {
    if (countChars(word.text) <= maxChars) return [word]
    const chars = Array.from(graphemes.segment(word.text), ({ segment }) => segment)
    const count = Math.ceil(chars.length / maxChars)
    const lengthMs = word.endMs - word.startMs
    return Array.from({ length: count }, (_, index) => ({
      ...word,
      text: chars.slice(index * maxChars, (index + 1) * maxChars).join(''),
      startMs: Math.round(word.startMs + (lengthMs * index) / count),
      endMs: Math.round(word.startMs + (lengthMs * (index + 1)) / count),
    }))
  })
}
