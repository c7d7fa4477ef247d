import { gapsBetween, type MsRange, rangeLengthMs } from '../../kernel/ranges.ts'
import { transcribeErrors } from './errors.ts'
import { type HeardWord, type PlacedWord, placeScript, spreadWords } from './place-script.ts'
import { dictionaryFor, grammarOf, languageModelOf, type Segment } from './pocketsphinx-files.ts'
import { debianFiles, filesOf, type PocketsphinxFiles, runPocketsphinx } from './pocketsphinx-run.ts'
import type { TranscribeInput, Transcriber } from './port.ts'
import { readScript } from './script-words.ts'
import { notesOf, wordsOf } from './script-result.ts'
import { cutInPauses, findSpeechRuns } from './speech-runs.ts'
import { type Sound, withSound } from './wav.ts'

const pieceLimits = { mostMs: 20_000, airMs: 200 }
const wideBeams = ['-beam', '1e-80', '-pbeam', '1e-80', '-wbeam', '1e-60']
/** Two ways of listening agree about a word when they put its start within this. */
const agreeMs = 150
const confidences = { agreed: 0.95, heard: 0.8, forced: 0.5, spread: 0.3, draft: 0.4 }

/**
 * Puts a script to the sound with Debian's pocketsphinx, a program of its own: first it listens for the script's
 * words in any order, which finds what was really said; then each piece is aligned to its words. A word is sure when
 * both agree on it.
 */
export function pocketsphinxAligner(files: PocketsphinxFiles = debianFiles): Transcriber {
  return {
    name: 'align',
    can: { align: true, recognise: false, languages: ['en'], isLocal: true },
    async transcribe(input) {
      assertEnglish(input)
      if (input.script === undefined)
        throw transcribeErrors.needsScript('There is no script to put to the sound.')
      const script = readScript(input.script)
      return withSound(input.wavPath, async (sound) => {
        const speech = await findSpeechRuns(sound)
        const pieces = cutInPauses(speech, sound.durationMs, pieceLimits)
        if (pieces.length === 0) throw transcribeErrors.nothingHeard('The recording is silent.')
        const spoken = script.flatMap((word) => word.spoken)
        const dictionary = await dictionaryFor(filesOf(files).dictionary, new Set(spoken))
        const listen = { sound, pieces, dictionary, input }
        const heard = await hearScript(files, listen, spoken)
        const placed = placeScript(script, heard.flat(), speech)
        // Speech that the script does not have would pull its words along.
        const scripted = { ...listen, pieces: withoutRanges(pieces, placed.offScript) }
        await alignPieces(files, scripted, { placed: placed.words, speech })
        spreadWords(placed.words, speech, confidences.spread)
        const words = wordsOf(placed.words, sound.durationMs)
        if (words.length === 0) throw transcribeErrors.nothingHeard('Nothing of the script was heard.')
        return {
          words,
          language: input.language ?? 'en',
          isDraft: false,
          timing: 'word',
          notes: notesOf(placed),
        }
      })
    },
  }
}

/** Writes down speech without a script: two words in three are right at best, so it is a draft and all is flagged. */
export function pocketsphinxDraft(files: PocketsphinxFiles = debianFiles): Transcriber {
  return {
    name: 'draft',
    can: { align: false, recognise: true, languages: ['en'], isLocal: true },
    async transcribe(input) {
      assertEnglish(input)
      return withSound(input.wavPath, async (sound) => {
        const pieces = cutInPauses(await findSpeechRuns(sound), sound.durationMs, pieceLimits)
        const { dictionary, languageModel } = filesOf(files)
        const found =
          pieces.length === 0
            ? []
            : await runPocketsphinx(files, {
                sound,
                pieces,
                args: ['-lm', languageModel, '-dict', dictionary],
                signal: input.signal,
                onPiece: (count) => input.onProgress?.((100 * count) / pieces.length),
              })
        const words = toHeard(found, pieces).flat()
        if (words.length === 0) throw transcribeErrors.nothingHeard('No words were recognised.')
        return {
          words: words.map(({ word, startMs, endMs }) => ({
            text: word === 'i' || word.startsWith("i'") ? `I${word.slice(1)}` : word,
            startMs,
            endMs: Math.min(endMs, Math.floor(sound.durationMs)),
            confidence: confidences.draft,
          })),
          language: input.language ?? 'en',
          isDraft: true,
          timing: 'word',
          notes: [
            'This is a rough draft: about every third word is wrong. Correct it, and it is put to the sound exactly.',
          ],
        }
      })
    },
  }
}

function assertEnglish({ language }: TranscribeInput): void {
  if (language !== undefined && !/^en\b/i.test(language))
    throw transcribeErrors.language(`pocketsphinx knows only English here, not "${language}".`)
}

type Listen = { sound: Sound; pieces: MsRange[]; dictionary: string; input: TranscribeInput }

/** What was said of the script, piece by piece. */
async function hearScript(
  files: PocketsphinxFiles,
  listen: Listen,
  spoken: string[],
): Promise<HeardWord[][]> {
  const { sound, pieces, dictionary, input } = listen
  const found = await runPocketsphinx(files, {
    sound,
    pieces,
    files: { 'script.dict': dictionary, 'script.lm': languageModelOf(spoken) },
    args: ['-lm', '@script.lm', '-dict', '@script.dict'],
    signal: input.signal,
    onPiece: (count) => input.onProgress?.((75 * count) / pieces.length),
  })
  return toHeard(found, pieces)
}

function toHeard(found: Segment[][], pieces: readonly MsRange[]): HeardWord[][] {
  return found.map((segments, index) => {
    const originMs = Math.floor(pieces[index]!.startMs / 10) * 10
    return segments.map(({ word, startFrame, endFrame }) => ({
      word,
      startMs: originMs + startFrame * 10,
      endMs: originMs + endFrame * 10,
      confidence: confidences.heard,
    }))
  })
}

/** Aligns every piece to the words of the script that belong into it, and lowers or raises confidence by the result. */
async function alignPieces(
  files: PocketsphinxFiles,
  { sound, pieces, dictionary, input }: Listen,
  { placed, speech }: { placed: PlacedWord[]; speech: MsRange[] },
): Promise<void> {
  const wordsByPiece = assignToPieces(placed, pieces, speech)
  const wanted = pieces.flatMap((piece, index) => {
    const words = wordsByPiece[index]!
    return words.length > 0 ? [{ piece, words }] : []
  })
  if (wanted.length === 0) return
  const grammars = wanted.map(({ words }, index) => [
    `p${index}.fsg`,
    grammarOf(
      `p${index}`,
      words.flatMap((word) => word.script.spoken),
    ),
  ])
  const found = await runPocketsphinx(files, {
    sound,
    pieces: wanted.map(({ piece }) => piece),
    files: {
      'script.dict': dictionary,
      ...Object.fromEntries(grammars),
      'grammars.ctl': wanted.map((_, index) => `p${index}\n`).join(''),
    },
    args: [
      '-fsgctl',
      '@grammars.ctl',
      '-fsgdir',
      '@',
      '-fsgext',
      '.fsg',
      '-dict',
      '@script.dict',
      ...wideBeams,
    ],
    signal: input.signal,
    onPiece: (count) => input.onProgress?.(75 + (25 * count) / wanted.length),
  })
  const aligned = toHeard(
    found,
    wanted.map(({ piece }) => piece),
  )
  wanted.forEach(({ words }, index) => takeTimes(words, aligned[index]!))
}

/** What is left of the pieces, without scraps in which no word fits. */
function withoutRanges(pieces: readonly MsRange[], ranges: readonly MsRange[]): MsRange[] {
  return pieces
    .flatMap((piece) =>
      gapsBetween(
        ranges.map(({ startMs, endMs }) => ({
          startMs: startMs - piece.startMs,
          endMs: endMs - piece.startMs,
        })),
        rangeLengthMs(piece),
      ).map((gap) => ({ startMs: piece.startMs + gap.startMs, endMs: piece.startMs + gap.endMs })),
    )
    .filter((piece) => rangeLengthMs(piece) >= 150)
}

/** The words of each piece; those without a time go where the speech between their neighbours is. */
function assignToPieces(
  placed: PlacedWord[],
  pieces: readonly MsRange[],
  speech: readonly MsRange[],
): PlacedWord[][] {
  const guessed = placed.map((word) => ({ ...word }))
  spreadWords(guessed, speech, 0)
  const byPiece: PlacedWord[][] = pieces.map(() => [])
  let piece = 0
  placed.forEach((word, index) => {
    const at = guessed[index]!.at
    if (word.isUnheard || !at) return
    const middleMs = (at.startMs + at.endMs) / 2
    while (piece < pieces.length - 1 && middleMs >= pieces[piece]!.endMs) piece += 1
    byPiece[piece]!.push(word)
  })
  return byPiece
}

function takeTimes(words: readonly PlacedWord[], aligned: readonly HeardWord[]): void {
  const count = words.reduce((sum, word) => sum + word.script.spoken.length, 0)
  // A piece that cannot be said so: what was heard keeps its time, the rest is placed between.
  if (aligned.length !== count) return
  let next = 0
  for (const word of words) {
    const mine = aligned.slice(next, (next += word.script.spoken.length))
    const at = { startMs: mine[0]!.startMs, endMs: mine.at(-1)!.endMs }
    const isAgreed = word.at !== undefined && Math.abs(word.at.startMs - at.startMs) <= agreeMs
    word.confidence = isAgreed ? confidences.agreed : confidences.forced
    word.at = at
  }
}
