import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { formatClock } from '../../../kernel/time.ts'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { needFile } from '../../../platform/cli/need-file.ts'
import { type EngineName, engineNames } from '../../../providers/transcribe/port.ts'
import { readShareOption } from '../command-options.ts'
import { openEngine } from '../open-engine.ts'
import { type Cue, readWords, type Word, wordsToReview } from './caption.ts'
import { captionWriterFor, readCaptions } from './caption-format.ts'
import { captionErrors } from './errors.ts'
import { layoutCues } from './layout-cues.ts'

/** Far more than the captions of 24 hours. */
const maxFileBytes = 200_000_000

type CaptionFlags = {
  words?: string
  convert?: string
  script?: string
  engine?: EngineName
  language?: string
  out: string
  review: string
}

/** What `media captions` says; `tooFast` are indexes of captions that speech leaves no time to read. */
type Captions = {
  cues: Cue[]
  words: Word[]
  /** Where the text comes from: an engine, or a file. */
  engine: EngineName | 'words' | 'convert'
  language?: string
  /** Guessed: to be corrected before anybody else reads it. */
  isDraft: boolean
  notes: string[]
  needsReview: Word[]
  tooFast: number[]
}

/** `media captions`: captions of a recording, of words, or of other captions, without a server. */
export function captionsCommand(group: Command, cli: CliContext): void {
  group
    .command('captions')
    .description('make captions of a recording, with its script or by listening; or of words or captions')
    .argument('[recording]', 'a file with sound')
    .option('--script <file>', 'text file with what is said: it is put to the sound')
    .addOption(
      new Option('--engine <engine>', 'who listens (default: the best there is)').choices([...engineNames]),
    )
    .option('--language <tag>', 'such as en or de-CH')
    .option('--words <file>', 'JSON list of words: {text, startMs, endMs, confidence}')
    .option('--convert <file>', 'captions in SRT or WebVTT')
    .requiredOption('--out <file>', 'the captions: .srt, .vtt or .ass')
    .option('--review <confidence>', 'name words below this confidence for review', '70%')
    .action(async (file: string | undefined, flags: CaptionFlags) => {
      const write = captionWriterFor(flags.out)
      const threshold = readShareOption('--review', flags.review)
      const outPath = resolve(flags.out)
      const made = await makeCaptions(cli, file, flags, threshold)
      const text = write(made.cues)
      await mkdir(dirname(outPath), { recursive: true })
      await writeFile(outPath, text)
      const cues = made.cues.map(({ startMs, endMs, text }) => ({ startMs, endMs, text }))
      cli.out({ out: outPath, ...made, cues }, describe(outPath, made))
    })
}

async function makeCaptions(
  cli: CliContext,
  file: string | undefined,
  flags: CaptionFlags,
  threshold: number,
): Promise<Captions> {
  const sources = [file, flags.words, flags.convert].filter((one) => one !== undefined)
  if (sources.length !== 1) throw captionErrors.needsWords('Give a recording, or --words, or --convert.')
  if (flags.convert !== undefined) {
    const cues = readCaptions(await readSmallFile(flags.convert))
    return { cues, words: [], engine: 'convert', isDraft: false, notes: [], needsReview: [], tooFast: [] }
  }
  const made =
    file === undefined
      ? {
          words: readWords(parseJson(await readSmallFile(flags.words!))),
          engine: 'words' as const,
          isDraft: false,
          notes: [],
        }
      : await listenTo(cli, file, flags)
  const { words } = made
  if (words.length === 0) throw captionErrors.empty('The transcript has no words.')
  return { ...layoutCues(words), ...made, needsReview: wordsToReview(words, threshold) }
}

async function listenTo(cli: CliContext, file: string, flags: CaptionFlags) {
  const path = await needFile(file)
  const script = flags.script === undefined ? undefined : (await readSmallFile(flags.script)).toString('utf8')
  // Loaded on use: the engines bring libraries that most commands do without.
  const { openTranscribers } = await import('../../../providers/transcribe/index.ts')
  const { transcribeFile } = await import('./transcribe-file.ts')
  const engine = await openEngine(cli)
  const transcribers = openTranscribers({ config: cli.config, engine })
  const bar = cli.progress('Transcribing')
  const workDir = await mkdtemp(join(tmpdir(), 'captions-'))
  try {
    const { durationMs: _length, ...made } = await transcribeFile(
      { engine, transcribers },
      {
        path,
        script,
        engine: flags.engine,
        language: flags.language,
        jobKey: `cli-${process.pid}-${Date.now()}`,
        workDir,
        signal: cli.signal,
        onProgress: (percent) => bar.update(percent),
      },
    )
    bar.done()
    return made
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
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

function describe(outPath: string, made: Captions): string {
  const { cues, needsReview, tooFast, isDraft, notes, engine } = made
  const unsure = needsReview
    .slice(0, 20)
    .map((word) => `  ${formatClock(word.startMs)}  ${word.text} (${Math.round(word.confidence * 100)}%)`)
  return [
    outPath,
    `${cues.length} ${cues.length === 1 ? 'caption' : 'captions'}${isDraft ? `, a draft by "${engine}": check them before publishing` : ''}`,
    ...notes,
    ...(tooFast.length > 0 ? [`${tooFast.length} are too short to read: the speech is too fast`] : []),
    ...(needsReview.length > 0 ? [`${needsReview.length} words to check`, ...unsure] : []),
    ...(needsReview.length > unsure.length ? ['  …'] : []),
  ].join('\n')
}
