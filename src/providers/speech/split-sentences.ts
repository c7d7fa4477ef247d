import type { PlannedWord, ScriptItem, Style } from './script-item.ts'

export type SentenceUnit = { kind: 'word'; word: PlannedWord; glue: string } | { kind: 'pause'; ms: number }

export type SentenceUnits = { units: SentenceUnit[]; endsParagraph: boolean }

/** What ends with a dot and goes on. */
const shortForms =
  /(?:^|\s|\()(?:mr|mrs|ms|dr|prof|st|jr|sr|vs|no|vol|fig|inc|ltd|co|e\.g|i\.e|approx|dept|z\.b|bzw|ca|nr|sra?|etc)\.\s*$/i
const initial = /(?:^|\s)\p{Lu}\.\s*$/u
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

/**
 * Cuts a script into sentences, as the language has them, with short forms and initials kept together, and sentences
 * into words. A mark that stands alone joins the word before it.
 */
export function splitSentences(items: readonly ScriptItem[], language: string): SentenceUnits[] {
  const done: SentenceUnits[] = []
  let units: SentenceUnit[] = []
  const finish = (endsParagraph: boolean) => {
    if (units.length > 0) done.push({ units, endsParagraph })
    else if (endsParagraph && done.length > 0) done.at(-1)!.endsParagraph = true
    units = []
  }
  for (const [at, item] of items.entries()) {
    if (item.kind === 'sentenceEnd' || item.kind === 'paragraphEnd') finish(item.kind === 'paragraphEnd')
    else if (item.kind === 'pause') units.push(item)
    else if (item.kind === 'reading') {
      const { text: written, spoken, phonemes, style } = item
      const word = {
        written,
        text: spoken ?? written,
        style,
        ...(phonemes === undefined ? {} : { phonemes }),
      }
      units.push({ kind: 'word', word, glue: glueAfter(items[at + 1]) })
    } else {
      const sentences = sentencesOf(item.text, language)
      for (const [index, sentence] of sentences.entries()) {
        addWords(units, sentence, item.style, language)
        // The last piece of a text goes on in the next item unless it ends like a sentence.
        if (index < sentences.length - 1 || endsSentence(sentence)) finish(false)
      }
    }
  }
  finish(false)
  return done
}

function glueAfter(next: ScriptItem | undefined): string {
  return next?.kind === 'text' && /^[^\s]/u.test(next.text) ? '' : ' '
}

function sentencesOf(text: string, language: string): string[] {
  const pieces: string[] = []
  for (const { segment } of new Intl.Segmenter(segmenterLocale(language), {
    granularity: 'sentence',
  }).segment(text)) {
    const last = pieces.at(-1)
    if (last !== undefined && (shortForms.test(last) || initial.test(last) || /^\s*\p{Ll}/u.test(segment)))
      pieces[pieces.length - 1] = last + segment
    else pieces.push(segment)
  }
  return pieces
}

function endsSentence(text: string): boolean {
  return /[.!?…。！？]["'”’)\]]*\s*$/u.test(text) && !shortForms.test(text) && !initial.test(text)
}

function addWords(units: SentenceUnit[], text: string, style: Style, language: string): void {
  const before = units.at(-1)
  if (before?.kind === 'word' && /^\s/u.test(text)) before.glue = ' '
  for (const [, token, space] of text.matchAll(/(\S+)(\s*)/gu)) {
    const pieces = unspaced.test(token!) ? cutUnspaced(token!, language) : [token!]
    pieces.forEach((piece, index) => {
      const glue = index === pieces.length - 1 ? (space === '' ? '' : ' ') : ''
      const last = units.at(-1)
      const isMark = !/[\p{L}\p{N}&+=@%#$€£→×÷°]/u.test(piece)
      if (isMark && last?.kind === 'word') {
        const gap = last.glue
        last.word = {
          ...last.word,
          written: last.word.written + gap + piece,
          text: last.word.text + gap + piece,
        }
        last.glue = glue
      } else if (!isMark) units.push({ kind: 'word', word: { written: piece, text: piece, style }, glue })
    })
  }
}

/** Scripts without spaces are cut as dictionaries do. */
function cutUnspaced(token: string, language: string): string[] {
  const words = new Intl.Segmenter(segmenterLocale(language), { granularity: 'word' }).segment(token)
  return Array.from(words, ({ segment }) => segment)
}

function segmenterLocale(language: string): string {
  return Intl.Segmenter.supportedLocalesOf(language).length > 0 ? language : 'en'
}
