import { embedErrors } from './errors.ts'
import { englishTable, type WordTable } from './english-table.ts'
import type { Embedder } from './port.ts'

/** Words outside the table go into these, by their letters: names and numbers match themselves. */
const nameDimensions = 28
/** Of SIF (Arora and others, 2017): words as common as this one in a thousand count half. */
const smoothing = 1e-3
const nameWeight = 0.9

/**
 * Vectors for English text without any model: the weighted mean of its words' GloVe vectors, the common words weighing
 * less. A bag of words: it finds paraphrases and knows nothing of order or negation.
 */
export function offlineText(): Embedder {
  return {
    name: 'offline',
    space: 'offline-glove-1',
    dimensions: 100 + nameDimensions,
    languages: ['en'],
    isLocal: true,
    async embed({ texts, signal }) {
      signal?.throwIfAborted()
      const table = englishTable()
      return { vectors: texts.map((text) => vectorOf(text, table)), tokens: 0 }
    },
  }
}

function vectorOf(text: string, table: WordTable): Float32Array {
  const meaning = new Float32Array(table.dimensions)
  const names = new Float32Array(nameDimensions)
  for (const token of tokensOf(text)) {
    const place = placeOf(token, table)
    if (place === undefined) addName(names, token)
    else table.addTo(meaning, place, weightOf(place))
  }
  const vector = new Float32Array(table.dimensions + nameDimensions)
  const [known, unknown] = [lengthOf(meaning), lengthOf(names)]
  if (known === 0 && unknown === 0) throw embedErrors.badInput('A text has no letters or digits.')
  // Each part by its share: text of known words alone is not thinned by an empty part.
  const share = unknown === 0 ? 0 : known === 0 ? 1 : nameWeight * Math.min(1, unknown / (known + unknown))
  if (known > 0) vector.set(meaning.map((value) => (value / known) * Math.sqrt(1 - share * share)))
  if (unknown > 0)
    vector.set(
      names.map((value) => (value / unknown) * share),
      table.dimensions,
    )
  return vector
}

function tokensOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[’`]/g, "'").toLowerCase()
  return plain.match(/[\p{L}\p{N}]+(?:'[\p{L}]+)*/gu) ?? []
}

/** The place of a word or of what it comes from: bee's → bee, hives → hive, dancing → dance. */
function placeOf(token: string, table: WordTable): number | undefined {
  const forms = [
    token,
    token.replace(/'s$|n't$|'.*$/, ''),
    token.replace(/s$/, ''),
    token.replace(/es$/, ''),
    token.replace(/ies$/, 'y'),
    token.replace(/(?:ed|ing|ly)$/, ''),
    token.replace(/(?:ed|ing)$/, 'e'),
  ]
  for (const form of forms) {
    const place = form.length > 1 || form === token ? table.placeOf(form) : undefined
    if (place !== undefined) return place
  }
  return undefined
}

/** By Zipf's law the word at a place is used once in so many, which is near enough. */
function weightOf(place: number): number {
  const share = 0.1 / (place + 2.7)
  return smoothing / (smoothing + share)
}

/** Three letters at a time into a few numbers, so that one changed letter changes little. */
function addName(names: Float32Array, token: string): void {
  const padded = `^${token}$`
  for (let at = 0; at + 3 <= padded.length; at++) {
    let hash = 2_166_136_261
    for (let index = at; index < at + 3; index++)
      hash = Math.imul(hash ^ padded.charCodeAt(index), 16_777_619)
    const spot = (hash >>> 8) % nameDimensions
    names[spot] = names[spot]! + ((hash & 1) === 0 ? 1 : -1) / Math.sqrt(padded.length - 2)
  }
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
}
