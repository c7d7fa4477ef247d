import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { formatDuration } from '../../kernel/time.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { needFile } from '../../platform/cli/need-file.ts'
import { watchRun } from '../../platform/cli/watch-run.ts'
import {
  analyzeMedia,
  assertCut,
  partsInMs,
  planTightCut,
  readWords,
  suggestAll,
  type SuggestionKind,
  suggestionKinds,
} from '../media/index.ts'
import { clipErrors } from './errors.ts'
import type { TightCutResult } from './render-tight-cut.ts'
import { stitchClips } from './stitch-clips.ts'

type TightenFlags = { out: string; words?: string; accept: SuggestionKind[]; minConfidence: string }

/** What people want gone as a rule; a black or still picture with speech may be meant. */
const usual: SuggestionKind[] = ['deadAir', 'longPause', 'filler', 'retake']

/** `clips tighten` on plain files, without a server; `clips tight-cut` on the server. */
export function tightCutCommands(program: Command, cli: CliContext): void {
  const group = program.commands.find((command) => command.name() === 'clips') ?? program.command('clips')

  group
    .command('tighten')
    .description('cut silence, and with words fillers and retakes, out of a file; needs no server')
    .argument('<file>', 'path of a recording')
    .requiredOption('--out <file>', 'the cut, an .mp4 file')
    .option('--words <file>', 'JSON with words and times, such as `media captions --json` prints')
    .addOption(
      new Option('--accept <kind...>', 'which suggestions to accept')
        .choices([...suggestionKinds])
        .default(usual),
    )
    .option('--min-confidence <share>', 'only from this confidence on', '0%')
    .action(async (file: string, flags: TightenFlags) => {
      const sourcePath = await needFile(file)
      const outPath = resolve(flags.out)
      if (extname(outPath).toLowerCase() !== '.mp4' || outPath === sourcePath)
        throw clipErrors.badOutput(`"${flags.out}" is not another .mp4 file.`)
      const made = await tighten(cli, { sourcePath, outPath, flags })
      cli.out(
        { out: outPath, ...made },
        `${outPath}\n${formatDuration(made.receipt.durationMs)} of ${formatDuration(made.durationMs)}, ${made.removed.length} suggestions accepted`,
      )
    })

  group
    .command('tight-cut')
    .description('render the accepted suggestions of an asset as a new file, on the server')
    .argument('<asset>', 'id of the recording')
    .option('--no-wait', 'return as soon as it is queued')
    .action(async (assetId: string, { wait }: { wait: boolean }) => {
      const api = await cli.api()
      const { runId } = await api.post<{ runId: string }>(`/assets/${encodeURIComponent(assetId)}/tight-cut`)
      if (!wait) return cli.out({ runId }, runId)
      const bar = cli.progress('Rendering')
      const run = await watchRun(api, runId, ({ percent }) => bar.update(percent), { signal: cli.signal })
      bar.done()
      if (run.state !== 'succeeded') {
        cli.exitWith(1)
        return cli.out(
          { runId, state: run.state, error: run.error },
          run.error?.message ?? `The run is ${run.state}.`,
        )
      }
      const result = run.result as TightCutResult
      cli.out({ runId, ...result }, `${result.assetId}, ${formatDuration(result.durationMs)}`)
    })
}

async function tighten(
  cli: CliContext,
  { sourcePath, outPath, flags }: { sourcePath: string; outPath: string; flags: TightenFlags },
) {
  const least = Number.parseFloat(flags.minConfidence) / (flags.minConfidence.trim().endsWith('%') ? 100 : 1)
  const words = flags.words ? readWords(JSON.parse(await readFile(await needFile(flags.words), 'utf8'))) : []
  const { createMediaEngine } = await import('../../platform/ffmpeg/engine.ts')
  const engine = createMediaEngine({ ffmpegPath: cli.config.ffmpegPath, log: cli.log })
  const dir = await mkdtemp(join(tmpdir(), 'tighten-'))
  const bar = cli.progress('Tightening')
  try {
    const analysis = await analyzeMedia(
      { engine },
      {
        path: sourcePath,
        outDir: dir,
        sourceName: basename(sourcePath),
        signal: cli.signal,
        onProgress: ({ percent }) => bar.update((percent ?? 0) * 0.4),
      },
    )
    const removed = suggestAll(analysis, words).filter(
      ({ kind, confidence }) => flags.accept.includes(kind) && confidence >= least,
    )
    const cut = planTightCut(analysis, removed)
    assertCut(cut)
    const { out: _out, ...receipt } = await stitchClips({
      parts: partsInMs(cut, analysis.frameRate).map((part) => ({ sourcePath, ...part })),
      outPath,
      loudness: 'keep',
      signal: cli.signal,
      onProgress: (percent) => bar.update(40 + percent * 0.6),
    })
    bar.done()
    return { durationMs: analysis.durationMs, removedFrames: cut.removedFrames, removed, receipt }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
