import { readFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { formatClock, formatDuration } from '../../kernel/time.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { needFile } from '../../platform/cli/need-file.ts'
import type { Analysis, AnalysisOptions } from './analysis.ts'
import { readWords } from './captions/caption.ts'
import { captionsCommand } from './captions/captions-command.ts'
import { readMsOption, readShareOption } from './command-options.ts'
import { exportCommand } from './exports/export-command.ts'
import { openEngine } from './open-engine.ts'
import { packageCommand } from './packaging/package-command.ts'
import type { Probe } from './probe.ts'
import { transcodeCommand } from './renditions/transcode-command.ts'

export { suggestionCommands } from './suggestions/commands.ts'
export { transcriptCommands } from './transcripts/commands.ts'

export { renditionCommands } from './renditions/rendition-commands.ts'

type AnalyzeFlags = {
  voice: boolean
  only?: 'sound' | 'silence'
  words?: string
  out?: string
  threshold: string
  margin: string
  minCut: string
  minClip: string
}

/** `media probe|analyze|package|transcode|export|captions`: work on plain files, without a server. */
export function mediaCommands(program: Command, cli: CliContext): void {
  const group = program.command('media').description('look into media files and prepare them for streaming')

  group
    .command('probe')
    .description('say what is inside a media file')
    .argument('<file>', 'path of a media file')
    .action(async (path: string) => {
      const file = await needFile(path)
      const { probeMedia } = await import('./probe-media.ts')
      const probe = await probeMedia({ engine: await openEngine(cli) }, { path: file, signal: cli.signal })
      cli.out(probe, describeProbe(probe))
    })

  group
    .command('analyze')
    .description('find silence, scenes, loudness and pictures in one pass')
    .argument('<file>', 'path of a recording')
    .option('--out <directory>', 'where pictures, waveform and analysis.json go (default: FILE.analysis)')
    .option('--threshold <share>', 'loud from this share of the loudest sample on', '4%')
    .option('--margin <time>', 'kept before and after each loud stretch', '0.2s')
    .option('--min-cut <time>', 'shorter silences stay', '0.2s')
    .option('--min-clip <time>', 'shorter sounds are noise', '0.1s')
    .option('--no-voice', 'do not listen for voices, which takes about as long as the rest')
    .addOption(
      new Option('--only <question>', 'silence and loudness, or silence alone; for sound files too').choices([
        'sound',
        'silence',
      ]),
    )
    .option('--words <file>', 'JSON with words and times: suggests fillers, retakes and a hook too')
    .action(async (path: string, flags: AnalyzeFlags) => {
      const options = readOptions(flags)
      const file = await needFile(path)
      if (flags.only) return listenOnly(cli, file, { ...options, question: flags.only })
      const words = flags.words
        ? readWords(JSON.parse(await readFile(await needFile(flags.words), 'utf8')))
        : []
      const outDir = outDirFor(file, flags.out, 'analysis')
      const { analyzeMedia } = await import('./analyze-media.ts')
      const bar = cli.progress('Analysing')
      const analysis = await analyzeMedia(
        { engine: await openEngine(cli) },
        {
          path: file,
          outDir,
          options,
          voice: flags.voice,
          sourceName: basename(file),
          signal: cli.signal,
          onProgress: ({ percent }) => bar.update(percent ?? 0),
        },
      )
      bar.done()
      const inDir = (name: string) => join(outDir, name)
      const { poster, contactSheet, peaks } = analysis
      const files = { poster: inDir(poster), contactSheet: inDir(contactSheet), peaks: inDir(peaks) }
      const { suggestAll } = await import('./suggestions/suggestion.ts')
      const found = { ...analysis, suggestions: suggestAll(analysis, words) }
      cli.out({ ...found, ...files }, describeAnalysis(found, outDir))
    })

  packageCommand(group, cli)
  transcodeCommand(group, cli)
  exportCommand(group, cli)
  captionsCommand(group, cli)
}

async function listenOnly(
  cli: CliContext,
  path: string,
  { question, ...options }: AnalysisOptions & { question: 'sound' | 'silence' },
): Promise<void> {
  const { analyzeSound } = await import('./analyze-sound.ts')
  const bar = cli.progress('Listening')
  const found = await analyzeSound(
    { engine: await openEngine(cli) },
    { path, options, question, signal: cli.signal, onProgress: ({ percent }) => bar.update(percent ?? 0) },
  )
  bar.done()
  const silentMs = found.silences.reduce((sum, range) => sum + range.endMs - range.startMs, 0)
  const loudness = found.loudness ? `\nloudness    ${found.loudness.integratedLufs} LUFS` : ''
  cli.out(found, `silence     ${found.silences.length} stretches, ${formatDuration(silentMs)}${loudness}`)
}

function readOptions(flags: AnalyzeFlags): AnalysisOptions {
  return {
    threshold: readShareOption('--threshold', flags.threshold),
    marginMs: readMsOption('--margin', flags.margin),
    minCutMs: readMsOption('--min-cut', flags.minCut),
    minClipMs: readMsOption('--min-clip', flags.minClip),
  }
}

function outDirFor(file: string, out: string | undefined, what: string): string {
  return resolve(out ?? `${basename(file, extname(file))}.${what}`)
}

function describeProbe(probe: Probe): string {
  const video = probe.video.map(
    (track) =>
      `video      ${track.codec} ${track.width} × ${track.height}, ${(track.frameRate.num / track.frameRate.den).toFixed(2)} fps, ${track.frames} frames`,
  )
  const audio = probe.audio.map(
    (track) => `sound      ${track.codec} ${track.sampleRate} Hz, ${track.channels} channels`,
  )
  const notes = probe.notes.map((note) => `note       ${note}`)
  const head = [`container  ${probe.container}`, `duration   ${formatClock(probe.durationMs)}`]
  return [...head, ...video, ...audio, ...notes].join('\n')
}

function describeAnalysis(analysis: Analysis, outDir: string): string {
  const { loudness } = analysis
  const keptMs = analysis.keep.reduce((sum, range) => sum + range.endMs - range.startMs, 0)
  const sound = loudness
    ? `loudness    ${loudness.integratedLufs} LUFS, true peak ${loudness.truePeakDb} dBTP`
    : 'loudness    no sound'
  const suggestions = analysis.suggestions.map(
    (one) => `  ${formatClock(one.startMs)}  ${one.kind.padEnd(12)}  ${one.reason}`,
  )
  return [
    `keep        ${analysis.keep.length} stretches, ${formatDuration(keptMs)} of ${formatDuration(analysis.durationMs)}`,
    `scenes      ${analysis.scenes.length}`,
    sound,
    `files       ${outDir}`,
    ...(suggestions.length > 0 ? ['suggestions', ...suggestions] : []),
  ].join('\n')
}
