import { readFile, writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { formatClock } from '../../../kernel/time.ts'
import type { ApiClient } from '../../../platform/cli/api-client.ts'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { fieldsText, tableText } from '../../../platform/cli/layout.ts'
import { needFile } from '../../../platform/cli/need-file.ts'
import { failureOf } from '../../../platform/cli/problem-failure.ts'
import { watchRun } from '../../../platform/cli/watch-run.ts'
import { engineNames } from '../../../providers/transcribe/port.ts'
import { reviewConfidence } from '../captions/caption.ts'
import { captionErrors } from '../captions/errors.ts'
import type { Transcript, TranscriptSummary } from './transcript.ts'

type MakeFlags = { script?: string; engine?: string; language?: string; wait: boolean }

const pathOf = (transcriptId: string) => `/transcripts/${encodeURIComponent(transcriptId)}`
export const engineOption = () =>
  new Option('--engine <engine>', 'who listens (default: the best there is)').choices([...engineNames])

/** `transcripts make|list|show|correct|confirm|captions|delete` on the server. */
export function transcriptCommands(program: Command, cli: CliContext): void {
  const group = program.command('transcripts').description('what is said in assets, word by word')

  group
    .command('make')
    .description('write down what is said in an asset')
    .argument('<asset>', 'id of the recording')
    .option('--script <file>', 'text file with what is said: it is put to the sound')
    .addOption(engineOption())
    .option('--language <tag>', 'such as en or de-CH')
    .option('--no-wait', 'return as soon as it is queued')
    .action(async (assetId: string, { script, engine, language, wait }: MakeFlags) => {
      const text = script === undefined ? undefined : await readFile(await needFile(script), 'utf8')
      const api = await cli.api()
      const body = { script: text, engine, language }
      const queued = await api.post<Transcript>(`/assets/${encodeURIComponent(assetId)}/transcripts`, body)
      const made = wait ? await waitFor(cli, api, queued) : queued
      cli.out(made, describe(made))
    })

  group
    .command('list')
    .description('list the transcripts of an asset')
    .argument('<asset>', 'id of the recording')
    .action(async (assetId: string) => {
      const path = `/assets/${encodeURIComponent(assetId)}/transcripts`
      const { items } = await (await cli.api()).get<{ items: TranscriptSummary[] }>(path)
      const rows = items.map(({ id, state, engine, language, wordCount, needsReview }) => ({
        id,
        state,
        engine,
        language,
        words: wordCount,
        check: needsReview,
      }))
      cli.out({ items }, items.length === 0 ? 'No transcripts yet.' : tableText(rows))
    })

  group
    .command('show')
    .description('show a transcript, with the words to check')
    .argument('<transcript>', 'id of the transcript')
    .action(async (transcriptId: string) => {
      const found = await (await cli.api()).get<Transcript>(pathOf(transcriptId))
      cli.out(found, describe(found))
    })

  group
    .command('correct')
    .description('replace the text; it is put to the sound again')
    .argument('<transcript>', 'id of the transcript')
    .requiredOption('--text <file>', 'text file with all that is said')
    .option('--no-wait', 'return as soon as it is queued')
    .action(async (transcriptId: string, flags: { text: string; wait: boolean }) => {
      const text = await readFile(await needFile(flags.text), 'utf8')
      const api = await cli.api()
      const { version } = await api.get<Transcript>(pathOf(transcriptId))
      const ifMatch = `"v${version}"`
      const queued = await api.put<Transcript>(`${pathOf(transcriptId)}/text`, { text }, { ifMatch })
      const made = flags.wait ? await waitFor(cli, api, queued) : queued
      cli.out(made, describe(made))
    })

  group
    .command('confirm')
    .description('note that all words were checked and are right')
    .argument('<transcript>', 'id of the transcript')
    .action(async (transcriptId: string) => {
      const api = await cli.api()
      const { version } = await api.get<Transcript>(pathOf(transcriptId))
      const ifMatch = `"v${version}"`
      const made = await api.post<Transcript>(`${pathOf(transcriptId)}/confirm`, {}, { ifMatch })
      cli.out(made, describe(made))
    })

  group
    .command('captions')
    .description('save the captions of a transcript')
    .argument('<transcript>', 'id of the transcript')
    .requiredOption('--out <file>', 'the captions: .srt, .vtt or .ass')
    .action(async (transcriptId: string, { out }: { out: string }) => {
      const format = extname(out).slice(1).toLowerCase()
      if (!['srt', 'vtt', 'ass'].includes(format))
        throw captionErrors.badOutput(`"${out}" does not end in .srt, .vtt or .ass.`)
      const api = await cli.api()
      const answer = await api.fetch(`/api/v1${pathOf(transcriptId)}/captions?format=${format}`)
      if (!answer.ok) throw await failureOf(answer)
      const outPath = resolve(out)
      await writeFile(outPath, await answer.text())
      cli.out({ out: outPath }, outPath)
    })

  group
    .command('delete')
    .description('delete a transcript')
    .argument('<transcript>', 'id of the transcript')
    .action(async (transcriptId: string) => {
      await (await cli.api()).delete(pathOf(transcriptId))
      cli.out({ deleted: transcriptId }, 'Deleted.')
    })
}

async function waitFor(cli: CliContext, api: ApiClient, queued: Transcript): Promise<Transcript> {
  const bar = cli.progress('Transcribing')
  await watchRun(api, queued.runId!, ({ percent }) => bar.update(percent), { signal: cli.signal })
  bar.done()
  const made = await api.get<Transcript>(pathOf(queued.id))
  if (made.state !== 'ready') cli.exitWith(1)
  return made
}

function describe(transcript: Transcript): string {
  const { id, state, engine, language, isDraft, words, notes, error } = transcript
  const check = words.filter(({ confidence }) => confidence < reviewConfidence)
  const rows = check
    .slice(0, 20)
    .map(
      ({ startMs, text, confidence }) =>
        `  ${formatClock(startMs)}  ${text} (${Math.round(confidence * 100)}%)`,
    )
  return [
    fieldsText({
      id,
      state,
      engine,
      language,
      draft: isDraft ? 'yes, correct it first' : 'no',
      words: words.length,
    }),
    ...notes,
    ...(error ? [`${error.message} ${error.help}`] : []),
    ...(transcript.text ? ['', transcript.text] : []),
    ...(check.length > 0
      ? ['', `${check.length} words to check`, ...rows, ...(check.length > 20 ? ['  …'] : [])]
      : []),
  ].join('\n')
}
