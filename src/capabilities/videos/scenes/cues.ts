import type { Moment } from './kit.ts'

const tooCommon = new Set(
  'the a an and or of to in on is are it its this that with for by as at be from they you we your'.split(' '),
)

function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !tooCommon.has(word))
}

/**
 * When each of several things of a scene is to appear, in milliseconds, in order: with the first spoken word that it
 * shares, otherwise evenly between its neighbours. Nothing comes so late that it could not be read.
 */
export function cuesFor(items: readonly string[], at: Pick<Moment, 'words' | 'durationMs'>): number[] {
  const startMs = Math.min(500, at.durationMs * 0.08)
  const endMs = Math.max(startMs, at.durationMs * 0.82)
  const found: (number | undefined)[] = []
  let from = 0
  for (const item of items) {
    const wanted = new Set(wordsOf(item))
    const place = at.words.findIndex(
      (word, index) => index >= from && wordsOf(word.text).some((part) => wanted.has(part)),
    )
    if (place >= 0) from = place + 1
    found.push(place >= 0 ? Math.min(endMs, Math.max(0, at.words[place]!.startMs - 120)) : undefined)
  }
  const step = (endMs - startMs) / Math.max(1, items.length)
  const cues: number[] = []
  found.forEach((cue, index) => {
    const earliest = index === 0 ? 0 : cues[index - 1]! + Math.min(260, step)
    const next = found.findIndex((later, place) => place > index && later !== undefined)
    const even =
      index === 0
        ? startMs
        : next < 0
          ? startMs + step * index
          : mixEven(cues[index - 1]!, found[next]!, next - index + 1)
    cues.push(Math.min(at.durationMs, Math.max(earliest, cue ?? even)))
  })
  return cues
}

function mixEven(beforeMs: number, afterMs: number, places: number): number {
  return beforeMs + (afterMs - beforeMs) / places
}
