import { type MsRange, rangeLengthMs } from '../../kernel/ranges.ts'
import { transcribeErrors } from './errors.ts'
import { countSyllables, type PlacedWord } from './place-script.ts'
import type { Transcriber } from './port.ts'
import { readScript, type ScriptWord } from './script-words.ts'
import { notesOf, wordsOf } from './script-result.ts'
import { findSpeechRuns } from './speech-runs.ts'
import { withSound } from './wav.ts'

/** Never above what counts as heard: nothing listened to the words. */
const confidence = 0.4
/** How far the share of a stretch may be from its share of syllables before another cut is better. */
const endings = { none: 0.5, clause: 0.12, sentence: 0 }

/**
 * Puts a script to the sound without recognising anything: words are laid over the stretches of speech by their
 * syllables, with the ends of sentences in the pauses. For any language, and always to be checked.
 */
export function estimatingAligner(): Transcriber {
  return {
    name: 'estimate',
    can: { align: true, recognise: false, languages: 'many', isLocal: true },
    async transcribe(input) {
      if (input.script === undefined)
        throw transcribeErrors.needsScript('There is no script to put to the sound.')
      const script = readScript(input.script)
      return withSound(input.wavPath, async (sound) => {
        const speech = await findSpeechRuns(sound)
        input.signal?.throwIfAborted()
        if (speech.length === 0) throw transcribeErrors.nothingHeard('The recording is silent.')
        const placed = layOver(script, speech)
        input.onProgress?.(100)
        const notes = notesOf({ words: placed, offScript: [], heardShare: 1 })
        const language = input.language ?? 'en'
        const estimated = 'Times are estimated from loudness and syllables: check them before publishing.'
        const words = wordsOf(placed, sound.durationMs)
        return { words, language, isDraft: true, timing: 'segment', notes: [estimated, ...notes] }
      })
    },
  }
}

/** The best way to cut the script into as many parts as there are stretches of speech; parts may be empty. */
export function layOver(script: readonly ScriptWord[], speech: readonly MsRange[]): PlacedWord[] {
  const ends = cumulated(script.map(countSyllables))
  const total = ends.at(-1)!
  const spokenMs = speech.reduce((sum, run) => sum + rangeLengthMs(run), 0)
  const msPerSyllable = spokenMs / total
  // Only cuts near the even share are tried, which keeps long recordings quick.
  const reach = Math.max(12, Math.ceil(script.length * 0.05))
  let best = new Map<number, { cost: number; cuts: Cuts }>([[0, { cost: 0, cuts: undefined }]])
  let doneMs = 0
  speech.forEach((run, index) => {
    doneMs += rangeLengthMs(run)
    const isLast = index === speech.length - 1
    const even = indexAt(ends, doneMs / msPerSyllable)
    const from = isLast ? script.length : Math.max(0, even - reach)
    const to = isLast ? script.length : Math.min(script.length, even + reach)
    const pauseMs = isLast ? Infinity : speech[index + 1]!.startMs - run.endMs
    const next = new Map<number, { cost: number; cuts: Cuts }>()
    for (let cut = from; cut <= to; cut++) {
      for (const [before, { cost, cuts }] of best) {
        if (before > cut) continue
        const neededMs = ((ends[cut - 1] ?? 0) - (ends[before - 1] ?? 0)) * msPerSyllable
        const off = Math.abs(neededMs - rangeLengthMs(run)) / Math.max(200, rangeLengthMs(run), neededMs)
        const all = cost + off * off + endingCost(script[cut - 1], pauseMs)
        const known = next.get(cut)
        if (!known || all < known.cost) next.set(cut, { cost: all, cuts: { cut, before: cuts } })
      }
    }
    // Few words over many stretches leave a stretch no cut of its own.
    if (next.size > 0) best = next
  })
  const chosen: number[] = []
  for (let at = best.get(script.length)?.cuts; at; at = at.before) chosen.unshift(at.cut)
  return placeParts(script, speech, chosen)
}

type Cuts = { cut: number; before: Cuts } | undefined

function endingCost(word: ScriptWord | undefined, pauseMs: number): number {
  if (!word || pauseMs === Infinity) return 0
  const kind = /[.!?…。！？]["'”’»)\]]*$/u.test(word.text)
    ? 'sentence'
    : /[,;:–—、，；：-]$/u.test(word.text)
      ? 'clause'
      : 'none'
  return endings[kind] * Math.min(1, pauseMs / 600)
}

function placeParts(
  script: readonly ScriptWord[],
  speech: readonly MsRange[],
  cuts: readonly number[],
): PlacedWord[] {
  const placed: PlacedWord[] = script.map((one) => ({ script: one, confidence, isUnheard: false }))
  let from = 0
  cuts.forEach((to, index) => {
    const run = speech[index]!
    const part = placed.slice(from, to)
    const ends = cumulated(part.map(({ script }) => countSyllables(script)))
    part.forEach((word, at) => {
      const timeOf = (syllables: number) => run.startMs + (rangeLengthMs(run) * syllables) / ends.at(-1)!
      word.at = { startMs: timeOf(ends[at - 1] ?? 0), endMs: timeOf(ends[at]!) }
    })
    from = to
  })
  return placed
}

function cumulated(values: readonly number[]): number[] {
  let sum = 0
  return values.map((value) => (sum += value))
}

function indexAt(ends: readonly number[], value: number): number {
  const index = ends.findIndex((end) => end >= value)
  return index < 0 ? ends.length : index
}
