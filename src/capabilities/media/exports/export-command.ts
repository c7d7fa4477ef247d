import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { formatDuration, frameToMs } from '../../../kernel/time.ts'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { needFile } from '../../../platform/cli/need-file.ts'
import { openEngine } from '../open-engine.ts'
import { cutFrames } from './cut-list.ts'
import { cutListErrors } from './errors.ts'
import { type ExportFormat, exportFormats, exportFormatTable } from './export-formats.ts'
import { factsOfProbe } from './make-cut-list.ts'
import { type FoundSource, needsSource, readExportInput, toCutList } from './read-export-input.ts'

type ExportFlags = { format: ExportFormat; out: string; source?: string }

/** `media export`: cut lists for editors, without a server. */
export function exportCommand(group: Command, cli: CliContext): void {
  group
    .command('export')
    .description('write a cut list, or the tight cut of an analysis, for an editor, YouTube or a spreadsheet')
    .argument('<cuts>', 'JSON: a cut list, the analysis.json of "media analyze", or "clips list --json"')
    .addOption(
      new Option(
        '--format <format>',
        'CMX 3600 EDL, FCPXML, Premiere XML, OpenTimelineIO, YouTube chapters, CSV',
      )
        .choices([...exportFormats])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'the file to write')
    .option('--source <file>', 'the recording, as the machine of the editor knows it')
    .action(async (path: string, flags: ExportFlags) => {
      const file = await needFile(path)
      const outPath = resolve(flags.out)
      if (outPath === file) throw cutListErrors.invalid('The export must not replace its own input.')
      const input = readExportInput(await readFile(file, 'utf8'))
      const asksSource = needsSource(input)
      const found = asksSource && flags.source ? await lookInto(cli, flags.source) : undefined
      const list = toCutList(input, { name: nameOf(file), reference: referenceOf(flags.source), found })
      const text = exportFormatTable[flags.format].write(list)
      await mkdir(dirname(outPath), { recursive: true })
      await writeFile(outPath, text)
      const saysSize = flags.format === 'fcpxml' || flags.format === 'xmeml'
      const { width, height } = list.source
      const notes =
        asksSource && !found && saysSize
          ? [
              `The analysis does not say the size of the picture; ${width} × ${height} is assumed. --source tells.`,
            ]
          : []
      const events = list.events.length
      const length = formatDuration(frameToMs(cutFrames(list), list.frameRate))
      cli.out(
        { out: outPath, events, format: flags.format, frames: cutFrames(list), notes },
        [`${outPath}`, `${events} ${events === 1 ? 'event' : 'events'}, ${length}`, ...notes].join('\n'),
      )
    })
}

async function lookInto(cli: CliContext, source: string): Promise<FoundSource> {
  const path = await needFile(source)
  const { probeMedia } = await import('../probe-media.ts')
  const probe = await probeMedia({ engine: await openEngine(cli) }, { path, signal: cli.signal })
  const [video] = probe.video
  if (!video) throw cutListErrors.invalid(`"${source}" has no picture, so there are no frames to count.`)
  return { ...factsOfProbe(probe), frameRate: video.frameRate, durationFrames: video.frames }
}

function referenceOf(source: string | undefined): { name?: string; path?: string } {
  if (source === undefined) return {}
  const name = source.split(/[\\/]/).pop()!
  // A path of another machine stays as it is.
  const isWhole = isAbsolute(source) || /^[A-Za-z]:[\\/]/.test(source)
  return { name, path: isWhole ? source : resolve(source) }
}

/** `talk` for `talk.analysis/analysis.json` and for `talk.json`. */
function nameOf(file: string): string {
  const isAnalysis = basename(file) === 'analysis.json'
  const path = isAnalysis ? dirname(file) : file
  return basename(path, extname(path))
}
