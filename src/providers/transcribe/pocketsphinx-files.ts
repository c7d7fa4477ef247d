import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { guessPronunciations } from './pronounce.ts'

/** The part of a pronunciation dictionary that a script needs, with guesses for the words it lacks. */
export async function dictionaryFor(path: string, words: ReadonlySet<string>): Promise<string> {
  const lines: string[] = []
  const found = new Set<string>()
  const reader = createInterface({ input: createReadStream(path, 'utf8') })
  for await (const line of reader) {
    const word = line.slice(0, line.search(/[\s(]/))
    if (!words.has(word)) continue
    found.add(word)
    lines.push(line.replace(/\s+/g, ' ').trim())
  }
  for (const word of words) {
    if (found.has(word)) continue
    guessPronunciations(word).forEach((phones, index) =>
      lines.push(`${word}${index === 0 ? '' : `(${index + 1})`} ${phones}`),
    )
  }
  return `${lines.join('\n')}\n`
}

/** A language model (ARPA, bigrams) that expects the words of a script in its order but takes any of them. */
export function languageModelOf(words: readonly string[]): string {
  const counts = new Map<string, number>()
  const pairs = new Map<string, Map<string, number>>()
  const text = ['<s>', ...words, '</s>']
  // Speech may stop and begin again at any word.
  for (const word of [...text, '</s>']) counts.set(word, (counts.get(word) ?? 0) + 1)
  for (let at = 0; at + 1 < text.length; at++) {
    const next = pairs.get(text[at]!) ?? new Map<string, number>()
    next.set(text[at + 1]!, (next.get(text[at + 1]!) ?? 0) + 1)
    pairs.set(text[at]!, next)
  }
  const total = words.length + 2
  const discount = 0.85
  const log = (share: number) => Math.log10(share).toFixed(4)
  const unigrams = [...counts].map(
    ([word, count]) =>
      `${word === '<s>' ? '-99' : log(count / total)}\t${word}\t${word === '</s>' ? '0' : log(1 - discount)}`,
  )
  const bigrams = [...pairs].flatMap(([word, next]) => {
    const sum = [...next.values()].reduce((all, count) => all + count, 0)
    return [...next].map(([after, count]) => `${log((discount * count) / sum)}\t${word} ${after}`)
  })
  return `\\data\\\nngram 1=${unigrams.length}\nngram 2=${bigrams.length}\n\n\\1-grams:\n${unigrams.join('\n')}\n\n\\2-grams:\n${bigrams.join('\n')}\n\n\\end\\\n`
}

/** A grammar (Sphinx FSG) in which these words are said one after the other and nothing else. */
export function grammarOf(name: string, words: readonly string[]): string {
  const transitions = words.map((word, index) => `TRANSITION ${index} ${index + 1} 1.0 ${word}`)
  return `FSG_BEGIN ${name}\nNUM_STATES ${words.length + 1}\nSTART_STATE 0\nFINAL_STATE ${words.length}\n${transitions.join('\n')}\nFSG_END\n`
}

/** What was found in one piece: words with frames of 10 ms from the start of the piece. */
export type Segment = { word: string; startFrame: number; endFrame: number }

/**
 * Reads the segments that `-hypseg` wrote, by the name of the piece. Fillers (`<sil>`, `[NOISE]`) go, and so does the
 * number of a second pronunciation.
 */
export function readSegments(text: string): Map<string, Segment[]> {
  const pieces = new Map<string, Segment[]>()
  for (const line of text.split('\n')) {
    const head = /^(\S+) S -?\d+ T -?\d+ A -?\d+ L -?\d+ /.exec(line)
    if (!head) continue
    const parts = line.slice(head[0].length).trim().split(/\s+/)
    const segments: Segment[] = []
    for (let at = 0; at + 4 < parts.length; at += 4) {
      const word = parts[at + 3]!.replace(/\(\d+\)$/, '')
      const [startFrame, endFrame] = [Number(parts[at]), Number(parts[at + 4])]
      if (!/^[<[(]|^\+\+/.test(word) && endFrame > startFrame) segments.push({ word, startFrame, endFrame })
    }
    pieces.set(head[1]!, segments)
  }
  return pieces
}
