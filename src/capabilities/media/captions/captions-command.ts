import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { formatClock } from '../../../kernel/time.ts'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { needFile } from '../../../platform/cli/need-file.ts'
import { readShareOption } from '../command-options.ts'
import { type Cue, readWords, type Word, wordsToReview } from './caption.ts'
import { captionWriterFor, readCaptions } from './caption-format.ts'
import { captionErrors } from './errors.ts'
import { layoutCues } from './layout-cues.ts'

/** Far more than the captions of 24 hours. */
const maxFileBytes = 200_000_000

type CaptionFlags = { words?: string; convert?: string; out: string; review: string }

/** What `media captions` says; `tooFast` are indexes of captions that speech leaves no time to read. */
type Captions = {
  cues: Cue[]
  words: Word[]
  /** Where the text comes from. */
  engine: 'words' | 'convert'
  needsReview: Word[]
  tooFast: number[]
}

/** `media captions`: lays out words as captions and converts caption files, without a server. */
export function captionsCommand(group: Command, cli: CliContext): void {
  group
    .command('captions')
    .description('lay out a transcript as captions, or convert captions; does not listen to recordings')
    .argument('[recording]', 'refused with the ways there are: speech is not recognised here')
    .option('--words <file>', 'JSON list of words: {text, startMs, endMs, confidence}')
    .option('--convert <file>', 'captions in SRT or WebVTT')
    .requiredOption('--out <file>', 'the captions: .srt, .vtt or .ass')
    .option('--review <confidence>', 'name words below this confidence for review', '70%')
    .action(async (file: string | undefined, flags: CaptionFlags) => {
      const write = captionWriterFor(flags.out)
      const threshold = readShareOption('--review', flags.review)
      const outPath = resolve(flags.out)
      const made = await makeCaptions(file, flags, threshold)
      const text = write(made.cues)
      await mkdir(dirname(outPath), { recursive: true })
      await writeFile(outPath, text)
      const cues = made.cues.map(({ startMs, endMs, text }) => ({ startMs, endMs, text }))
      cli.out({ out: outPath, ...made, cues }, describe(outPath, made))
    })
}

async function makeCaptions(
  file: string | undefined,
  flags: CaptionFlags,
  threshold: number,
): Promise<Captions> {
  if (file !== undefined) {
    throw captionErrors.needsWords(
      `The speech in "${file}" cannot be written down here: nothing listens to it.`,
    )
  }
  if ((flags.words === undefined) === (flags.convert === undefined)) {
    throw captionErrors.needsWords('Give either --words or --convert.')
  }
  if (flags.convert !== undefined) {
    const cues = readCaptions(await readSmallFile(flags.convert))
    return { cues, words: [], engine: 'convert', needsReview: [], tooFast: [] }
  }
  const words = readWords(parseJson(await readSmallFile(flags.words!)))
  if (words.length === 0) throw captionErrors.empty('The transcript has no words.')
  return { ...layoutCues(words), words, engine: 'words', needsReview: wordsToReview(words, threshold) }
}

async function readSmallFile(name: string): Promise<Buffer> {
  const path = await needFile(name)
  const { size } = await stat(path)
  if (size > maxFileBytes) throw captionErrors.unreadable(`"${name}" is too large to be captions or words.`)
  return readFile(path)
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''))
  } catch (cause) {
    throw captionErrors.badWords('The words are not JSON.', { cause })
  }
}

function describe(outPath: string, { cues, needsReview, tooFast }: Captions): string {
  const unsure = needsReview
    .slice(0, 20)
    .map((word) => `  ${formatClock(word.startMs)}  ${word.text} (${Math.round(word.confidence * 100)}%)`)
  return [
    outPath,
    `${cues.length} ${cues.length === 1 ? 'caption' : 'captions'}`,
    ...(tooFast.length > 0 ? [`${tooFast.length} are too short to read: the speech is too fast`] : []),
    ...(needsReview.length > 0 ? [`${needsReview.length} words to check`, ...unsure] : []),
    ...(needsReview.length > unsure.length ? ['  …'] : []),
  ].join('\n')
}
