import { transcribeErrors } from './errors.ts'
import { spokenNumber } from './number-words.ts'

/** A word of a script as it is written, and the words that are said for it: none, one, or several for `$5`. */
export type ScriptWord = { text: string; spoken: string[] }

export const mostScriptWords = 20_000

/**
 * Reads a script into words. Directions in square brackets (`[music]`) are not spoken and go; marks that stand alone
 * join the word before them. Fails with `transcribe.badScript`.
 */
export function readScript(script: string): ScriptWord[] {
  const plain = script
    .toWellFormed()
    .replace(/\[[^\]\n]{0,200}\]/g, ' ')
    // oxlint-disable-next-line no-control-regex -- these are what must go
    .replace(/[\u0000-\u001f\u007f-\u009f\ufeff\u200b]+/g, ' ')
  const words: ScriptWord[] = []
  for (const text of plain.split(/\s+/u).filter(Boolean).flatMap(cutUnspaced)) {
    const spoken = spokenForms(text)
    const last = words.at(-1)
    if (spoken.length > 0) words.push({ text, spoken })
    else if (last && /^[\p{P}]+$/u.test(text)) last.text += /^[–—-]+$/.test(text) ? ` ${text}` : text
  }
  if (words.length === 0) throw transcribeErrors.badScript('The script has no words.')
  if (words.length > mostScriptWords)
    throw transcribeErrors.badScript(`The script has ${words.length} words.`)
  return words
}

const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

/** Scripts without spaces are cut as dictionaries do. */
function cutUnspaced(text: string): string[] {
  if (!unspaced.test(text)) return [text]
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** The words that are said: lower case, without marks, numbers written out as English says them. */
function spokenForms(text: string): string[] {
  const bare = text.replace(/^[^\p{L}\p{N}$€£&@+=]+|[^\p{L}\p{N}\p{M}%&@+=]+$/gu, '').replaceAll('’', "'")
  if (bare === '') return []
  const number = spokenNumber(bare)
  if (number) return number
  return bare
    .split(/[-–—/_.…,:;()"“”]+|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u)
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
    .flatMap((part) => spokenNumber(part) ?? [part.toLowerCase()])
}

/** How much time a word takes beside others: its syllables, in scripts without vowels its characters. */
export function syllablesOf(word: string): number {
  const lower = word.toLowerCase()
  if (unspaced.test(lower)) return Array.from(lower).length
  const groups = lower
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/(?<=[^aeiouyаеёиоуыэюяαεηιουω])e$/u, '')
    .match(/[aeiouyаеёиоуыэюяαεηιουω]+/gu)
  return Math.max(1, groups?.length ?? Math.ceil(Array.from(lower).length / 3))
}
