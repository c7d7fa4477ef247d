import { extname, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { needFile } from '../../../platform/cli/need-file.ts'
import { openEngine } from '../open-engine.ts'
import { renditionErrors } from './errors.ts'
import { type PresetName, presetNames, presetOf } from './presets.ts'
import type { RenditionReport } from './rendition-report.ts'

type TranscodeFlags = { preset: PresetName; out: string; minScore?: string; encode?: boolean }

/** `media transcode`: a file for a destination or for editing, without a server. */
export function transcodeCommand(group: Command, cli: CliContext): void {
  group
    .command('transcode')
    .description('make a file that a platform takes, or one for editing')
    .argument('<file>', 'path of a recording')
    .addOption(
      new Option('--preset <preset>', 'where it goes, or the codec to edit in')
        .choices([...presetNames])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'the new file: .mp4 for platforms, .mov or .mxf for editing')
    .option('--min-score <score>', 'lowest quality score to accept (SSIM 0 to 1, VMAF 0 to 100)')
    .option('--encode', 'encode also what could be copied')
    .action(async (path: string, flags: TranscodeFlags) => {
      const file = await needFile(path)
      const outPath = needOutput(flags, file)
      const minScore = readScore(flags.minScore)
      const { transcodeMedia } = await import('./transcode-media.ts')
      const bar = cli.progress('Transcoding')
      const report = await transcodeMedia(
        { engine: await openEngine(cli) },
        {
          path: file,
          outPath,
          preset: flags.preset,
          minScore,
          encodeAll: flags.encode,
          signal: cli.signal,
          onProgress: (percent) => bar.update(percent),
        },
      )
      bar.done()
      cli.out({ out: outPath, ...report }, describeRendition(outPath, report))
    })
}

function needOutput({ preset, out }: TranscodeFlags, file: string): string {
  const outPath = resolve(out)
  const { extension, title } = presetOf(preset)
  if (extname(outPath).toLowerCase() !== `.${extension}`) {
    throw renditionErrors.badOutput(`${title} is a .${extension} file, so "${out}" must end so.`)
  }
  if (outPath === file) throw renditionErrors.badOutput('A rendition must not replace its own source.')
  return outPath
}

function readScore(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const score = Number(text)
  if (text.trim() !== '' && score >= 0 && score <= 100) return score
  throw renditionErrors.badScore(`--min-score "${text}" is not a number from 0 to 100.`)
}

/** A few lines for a person. */
export function describeRendition(path: string, report: RenditionReport): string {
  const { quality, loudness } = report
  const sound = loudness
    ? [
        `loudness   ${loudness.before.integratedLufs} → ${loudness.after.integratedLufs} LUFS, true peak ${loudness.after.truePeakDb} dBTP`,
      ]
    : []
  return [
    path,
    `picture    ${report.codec} ${report.width} × ${report.height}, ${(report.frameRate.num / report.frameRate.den).toFixed(2)} fps, ${report.video}`,
    `sound      ${report.audioCodec ?? 'none'}, ${report.audio}`,
    `quality    ${quality.metric.toUpperCase()} ${quality.score} (at least ${quality.threshold})`,
    ...sound,
    ...report.notes.map((note) => `note       ${note}`),
  ].join('\n')
}
