import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { ApiClient } from '../../platform/cli/api-client.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { needFile } from '../../platform/cli/need-file.ts'
import type { RunView } from '../../platform/cli/watch-run.ts'
import { AppError, errorFromCode } from '../../kernel/errors.ts'
import { durableErrors } from '../../platform/durable/errors.ts'
import { formatClock } from '../../kernel/time.ts'
import { downloadResults, type LocalResults } from './download-results.ts'
import type { Production } from './production.ts'

type ProcessOptions = { title?: string; script?: string; language?: string; wait: boolean; out?: string }

/** What `creatorops process` reports with `--json`. Paths are absolute when files were fetched, else signed links. */
export type ProcessResult = {
  productionId: string
  assetId: string
  runId: string
  state: string
  transcriptId: string | null
  hls: string | null
  analysis: string | null
  poster: string | null
  clips: Array<{
    clipId: string
    title: string
    startMs: number
    endMs: number
    file: string | null
    receipt: unknown
  }>
  drafts: Array<{ draftId: string; clipId: string; title: string }>
}

/** `creatorops process RECORDING`. */
export function productionCommands(program: Command, cli: CliContext): void {
  program
    .command('process')
    .description('make a finished package from a recording: analysis, streaming package, clips, drafts')
    .argument('<recording>', 'path of a video file')
    .option('--title <title>', 'title of the production (default: the name of the file)')
    .option('--script <file>', 'text file with what is said: the recording gets captions')
    .option('--language <tag>', 'of the script, such as en or de-CH')
    .option('--wait', 'wait until it is done (default)', true)
    .option('--no-wait', 'return as soon as the work is queued')
    .option('--out <directory>', 'fetch the results into this directory')
    .action(async (path: string, options: ProcessOptions) => {
      const file = await needFile(path)
      const api = await cli.api()
      const result = await processRecording(cli, api, file, options)
      cli.out(result, describe(result, options))
    })
}

/** Uploads a recording, starts its production and, unless told otherwise, follows it to the end. */
export async function processRecording(
  cli: CliContext,
  api: ApiClient,
  file: string,
  options: ProcessOptions,
): Promise<ProcessResult> {
  const script =
    options.script === undefined ? undefined : await readFile(await needFile(options.script), 'utf8')
  const uploading = cli.progress('Uploading')
  const { assetId } = await api.upload(file, {
    onProgress: (percent, note) => uploading.update(percent, note),
    signal: cli.signal,
  })
  uploading.done()
  const started = await api.post<{ id: string; runId: string }>('/productions', {
    assetId,
    title: options.title,
    script,
    language: options.language,
  })
  if (options.wait) await follow(cli, api, started.runId)
  const production = await api.get<Production>(`/productions/${started.id}`)
  if (!options.wait || !options.out) return resultOf(production, linksOf(api.url, production))
  const fetching = cli.progress('Fetching results')
  const files = await downloadResults(api, production, options.out, (percent, note) =>
    fetching.update(percent, note),
  )
  fetching.done()
  return resultOf(production, files)
}

async function follow(cli: CliContext, api: ApiClient, runId: string): Promise<void> {
  const bar = cli.progress('Processing')
  const run = await api.watchRun(runId, (view) => bar.update(view.percent, view.stageLabel ?? 'Waiting'), {
    signal: cli.signal,
  })
  if (run.state === 'succeeded') return bar.done()
  throw failureOf(run)
}

/** The run's failure, as the server told it: this process has not loaded the tables of all that can go wrong. */
function failureOf({ id, error }: RunView): Error {
  if (!error) return durableErrors.cancelled('The run was cancelled.', { detail: { runId: id } })
  const { code, message, help, retryable } = error
  const known = errorFromCode(code, message, { runId: id })
  // What `media` says is about the file that was given; anything else is trouble on the way.
  const status = code.startsWith('media.') ? 422 : 500
  const row = { status, retry: retryable ? 'backoff' : 'after-change', help } as const
  return known ?? new AppError(code, row, message, { detail: { runId: id } })
}

function linksOf(url: string, production: Production): LocalResults {
  const absolute = (link: string | null) => (link === null ? null : new URL(link, url).href)
  return {
    hls: absolute(production.hlsUrl),
    analysis: absolute(production.analysisUrl),
    poster: absolute(production.posterUrl),
    clips: new Map(production.clips.map((clip) => [clip.clipId, absolute(clip.fileUrl)])),
  }
}

function resultOf(production: Production, files: LocalResults): ProcessResult {
  return {
    productionId: production.id,
    assetId: production.assetId,
    runId: production.runId,
    state: production.state,
    transcriptId: production.transcriptId,
    hls: files.hls,
    analysis: files.analysis,
    poster: files.poster,
    clips: production.clips.map(({ clipId, title, startMs, endMs, receipt }) => ({
      clipId,
      title,
      startMs,
      endMs,
      file: files.clips.get(clipId) ?? null,
      receipt,
    })),
    drafts: production.drafts,
  }
}

function describe(result: ProcessResult, options: ProcessOptions): string {
  if (!options.wait)
    return `Queued as ${result.productionId}. Follow it in the Studio, or with "creatorops runs show ${result.runId} --wait".`
  const clips = result.clips.map(
    ({ startMs, endMs, title, file }) =>
      `  ${formatClock(startMs)} to ${formatClock(endMs)}  ${title}${options.out ? `\n    ${file}` : ''}`,
  )
  const where = options.out
    ? [`  Package: ${result.hls}`, `  Analysis: ${result.analysis}`]
    : ['  Watch it in the Studio, or fetch the files by calling this again with --out DIRECTORY.']
  return [
    `Done: ${counted(result.clips.length, 'clip')}, ${counted(result.drafts.length, 'draft')}.`,
    ...clips,
    ...where,
  ].join('\n')
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
