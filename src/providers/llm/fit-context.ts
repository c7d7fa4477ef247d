import { pickSentences } from './pick-sentences.ts'
import type { LlmNote } from './port.ts'
import { countTokens } from './tokens.ts'

export type LeftOut = { id: string; how: 'summarised' | 'cut'; tokensLeftOut: number }
export type FitResult = { notes: LlmNote[]; tokens: number; leftOut: LeftOut[] }

/** Below this a summary says too little to be worth its place. */
const leastSummaryTokens = 40

/**
 * Notes that fit into what a window has left for them: those nearest to the question whole, the next ones as their
 * weightiest sentences, the rest cut. Everything that is not whole is reported.
 */
export async function fitContext(input: {
  notes: readonly LlmNote[]
  about: string
  /** What the notes may take. */
  mostTokens: number
}): Promise<FitResult> {
  const { notes, about } = input
  const sized = notes.map((note) => ({ note, tokens: countTokens(note.text) }))
  const total = sized.reduce((sum, one) => sum + one.tokens, 0)
  if (total <= input.mostTokens) return { notes: [...notes], tokens: total, leftOut: [] }

  let left = Math.max(0, input.mostTokens)
  const kept = new Map<string, LlmNote>()
  const leftOut: LeftOut[] = []
  const relevance = rank(notes, about)
  const ranked = sized.sort((a, b) => relevance.get(b.note.id)! - relevance.get(a.note.id)!)
  for (const { note, tokens } of ranked) {
    if (tokens <= left) {
      kept.set(note.id, note)
      left -= tokens
      continue
    }
    const summary = left >= leastSummaryTokens ? await summarise(note, about, left) : ''
    const summaryTokens = countTokens(summary)
    const isUseful = summary !== '' && summaryTokens <= left
    if (isUseful) {
      kept.set(note.id, { ...note, text: summary })
      left -= summaryTokens
    }
    leftOut.push({
      id: note.id,
      how: isUseful ? 'summarised' : 'cut',
      tokensLeftOut: tokens - (isUseful ? summaryTokens : 0),
    })
  }
  const inOrder = notes.flatMap(({ id }) => kept.get(id) ?? [])
  return { notes: inOrder, tokens: input.mostTokens - left, leftOut }
}

async function summarise(note: LlmNote, about: string, mostTokens: number): Promise<string> {
  const picked = await pickSentences([note], { about, mostTokens })
  return picked.map(({ text }) => text).join(' ')
}

/** BM25 of each note for the words of the question, with the usual k = 1.2 and b = 0.75. */
function rank(notes: readonly LlmNote[], about: string): Map<string, number> {
  const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []
  const texts = notes.map(({ id, text }) => ({ id, words: words(text) }))
  const meanLength = texts.reduce((sum, one) => sum + one.words.length, 0) / Math.max(1, texts.length)
  const asked = new Set(words(about))
  return new Map(
    texts.map(({ id, words: own }) => {
      let score = 0
      for (const word of asked) {
        const times = own.filter((one) => one === word).length
        const having = texts.filter((one) => one.words.includes(word)).length
        const rarity = Math.log(1 + (texts.length - having + 0.5) / (having + 0.5))
        score +=
          (rarity * times * 2.2) / (times + 1.2 * (0.25 + (0.75 * own.length) / Math.max(1, meanLength)))
      }
      return [id, score] as const
    }),
  )
}
