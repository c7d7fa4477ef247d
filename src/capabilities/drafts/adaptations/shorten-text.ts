const sentences = new Intl.Segmenter('en', { granularity: 'sentence' })
const words = new Intl.Segmenter('en', { granularity: 'word' })
/** A cut at the end of a sentence is better than one in the middle, unless it costs more than this of the text. */
const leastOfSentences = 0.5

/** The longest beginning of a text that fits: whole sentences if they are enough of it, else whole words and an ellipsis. */
export function shortenText(text: string, fits: (candidate: string) => boolean): string {
  const whole = text.trim()
  if (fits(whole)) return whole
  const bySentence = longest(partsOf(sentences, whole), (candidate) => fits(candidate))
  const byWord = longest(partsOf(words, whole), (candidate) => fits(`${candidate}…`))
  if (bySentence.length >= byWord.length * leastOfSentences) return bySentence
  return byWord === '' ? '' : `${byWord}…`
}

/** Ends of the parts, so that a search needs not put them together again. */
function partsOf(segmenter: Intl.Segmenter, text: string): string[] {
  return [...segmenter.segment(text)].map(({ index, segment }) =>
    text.slice(0, index + segment.length).replace(/[\s,;:–—-]+$/, ''),
  )
}

/** By halves: what fits only gets longer by being longer, for every way of counting. */
function longest(beginnings: readonly string[], fits: (candidate: string) => boolean): string {
  let [low, high] = [0, beginnings.length]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (fits(beginnings[middle - 1]!)) low = middle
    else high = middle - 1
  }
  return low === 0 ? '' : beginnings[low - 1]!
}
