import type { ItemSentence, ItemToken } from 'wink-nlp'
import type { LlmNote } from './port.ts'
import { countTokens } from './tokens.ts'

export type PickedSentence = { noteId: string; text: string; order: number; score: number }

type Sentence = PickedSentence & { stems: Set<string>; tokens: number }
type Reader = (text: string) => Array<{ text: string; stems: string[] }>

let reader: Promise<Reader> | undefined

/** wink-nlp with its English model; 0.3 s to load, so only when it is needed. */
async function loadReader(): Promise<Reader> {
  const [{ default: winkNLP }, { default: model }] = await Promise.all([
    import('wink-nlp'),
    import('wink-eng-lite-web-model'),
  ])
  const nlp = winkNLP(model, ['sbd', 'pos'])
  const { its } = nlp
  return (text) => {
    const found: ReturnType<Reader> = []
    nlp
      .readDoc(text)
      .sentences()
      .each((sentence: ItemSentence): void => {
        const stems: string[] = []
        sentence.tokens().each((token: ItemToken) => {
          if (token.out(its.type) === 'word' && !token.out(its.stopWordFlag))
            stems.push(token.out(its.stem as never) as unknown as string)
        })
        found.push({ text: sentence.out().trim(), stems })
      })
    return found
  }
}

/**
 * The sentences of notes that say most about something in at most so many tokens, in the order of the notes. Words
 * that are rare in the notes and words of `about` count; a sentence that repeats a picked one does not.
 */
export async function pickSentences(
  notes: readonly LlmNote[],
  wish: { about: string; mostTokens: number },
): Promise<PickedSentence[]> {
  const read = await (reader ??= loadReader())
  const sentences: Sentence[] = []
  for (const { id, text } of notes) {
    // A note of megabytes would be read for minutes; nobody wants all of it in an answer.
    for (const { text: sentence, stems } of read(text.slice(0, 200_000))) {
      if (sentence === '') continue
      const order = sentences.length
      sentences.push({
        noteId: id,
        text: sentence,
        order,
        score: 0,
        stems: new Set(stems),
        tokens: countTokens(sentence),
      })
    }
  }
  const frequency = new Map<string, number>()
  for (const { stems } of sentences)
    for (const stem of stems) frequency.set(stem, (frequency.get(stem) ?? 0) + 1)
  const asked = new Set(read(wish.about.slice(0, 20_000)).flatMap(({ stems }) => stems))
  for (const sentence of sentences) sentence.score = scoreOf(sentence, asked, frequency, sentences.length)
  return chosen(sentences, wish.mostTokens).sort((a, b) => a.order - b.order)
}

function scoreOf(
  sentence: Sentence,
  asked: Set<string>,
  frequency: Map<string, number>,
  count: number,
): number {
  let sum = 0
  for (const stem of sentence.stems) {
    const shared = frequency.get(stem) ?? 1
    // What many sentences are about matters, but not what all of them have.
    const weight = Math.log(1 + shared) * Math.log(1 + count / shared)
    sum += asked.has(stem) ? weight * 3 + 1 : weight
  }
  // Long sentences would win by length alone; a first sentence tends to say what follows.
  return (sum / Math.sqrt(sentence.stems.size + 4)) * (sentence.order === 0 ? 1.2 : 1)
}

function chosen(sentences: readonly Sentence[], mostTokens: number): Sentence[] {
  const left = [...sentences].sort((a, b) => b.score - a.score || a.order - b.order)
  const picked: Sentence[] = []
  let tokens = 0
  for (const sentence of left) {
    if (tokens + sentence.tokens > mostTokens || sentence.stems.size === 0) continue
    if (picked.some((other) => overlap(sentence.stems, other.stems) > 0.6)) continue
    picked.push(sentence)
    tokens += sentence.tokens
  }
  return picked
}

function overlap(a: Set<string>, b: Set<string>): number {
  let both = 0
  for (const one of a) if (b.has(one)) both += 1
  return both / Math.max(1, Math.min(a.size, b.size))
}
