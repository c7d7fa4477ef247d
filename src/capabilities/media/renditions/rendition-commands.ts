import { type Command, Option } from 'commander'
import { errorFromCode } from '../../../kernel/errors.ts'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'
import { durableErrors } from '../../../platform/durable/errors.ts'
import type { RenditionPreset } from './list-presets.ts'
import { type PresetName, presetNames } from './presets.ts'
import type { RenditionFile } from './rendition.ts'

/** `renditions make|list|show|delete|presets`: renditions of assets, on the server. */
export function renditionCommands(program: Command, cli: CliContext): void {
  const group = program
    .command('renditions')
    .description('files made from recordings for platforms and editing')
  const path = (id: string) => `/renditions/${encodeURIComponent(id)}`

  group
    .command('make')
    .description('make a rendition of an asset')
    .argument('<asset>', 'id of the recording')
    .addOption(
      new Option('--preset <preset>', 'where it goes, or the codec to edit in')
        .choices([...presetNames])
        .makeOptionMandatory(),
    )
    .option('--no-wait', 'return as soon as the work is queued')
    .action(async (assetId: string, options: { preset: PresetName; wait: boolean }) => {
      const api = await cli.api()
      const queued = await api.post<RenditionFile>('/renditions', { assetId, preset: options.preset })
      if (options.wait && queued.runId && (queued.state === 'queued' || queued.state === 'processing')) {
        const bar = cli.progress('Making')
        const run = await api.watchRun(queued.runId, ({ percent }) => bar.update(percent), {
          signal: cli.signal,
        })
        bar.done()
        if (run.state === 'cancelled') throw durableErrors.cancelled('The run was cancelled.')
        if (run.error) throw errorFromCode(run.error.code, run.error.message) ?? new Error(run.error.message)
      }
      const made = await api.get<RenditionFile>(path(queued.id))
      cli.out(made, describe(made))
    })

  group
    .command('list')
    .description('list renditions, newest first')
    .option('--asset <asset>', 'only those of this recording')
    .action(async (options: { asset?: string }) => {
      const items: RenditionFile[] = []
      const api = await cli.api()
      const query = { assetId: options.asset }
      for await (const one of api.list<RenditionFile>('/renditions', { query })) items.push(one)
      const rows = items.map(({ id, preset, state, report }) => ({
        id,
        preset,
        state,
        quality: report ? `${report.quality.metric} ${report.quality.score}` : '',
      }))
      cli.out({ items }, items.length === 0 ? 'No renditions yet.' : tableText(rows))
    })

  group
    .command('show')
    .description('show one rendition with its quality score')
    .argument('<rendition>', 'id of the rendition')
    .action(async (id: string) => cli.out(await (await cli.api()).get<RenditionFile>(path(id))))

  group
    .command('delete')
    .description('delete a rendition with its file')
    .argument('<rendition>', 'id of the rendition')
    .action(async (id: string) => {
      await (await cli.api()).delete(path(id))
      cli.out({ deleted: id }, `Deleted ${id}.`)
    })

  group
    .command('presets')
    .description('say what can be made, with the dated limits of each destination; needs no server')
    .action(async () => {
      const { listPresets } = await import('./list-presets.ts')
      const items = listPresets()
      cli.out({ items }, tableText(items.map(describePreset)))
    })
}

function describe({ preset, state, fileUrl, report }: RenditionFile): string {
  const quality = report ? `, ${report.quality.metric.toUpperCase()} ${report.quality.score}` : ''
  return `${preset} ${state}${quality}${fileUrl ? `\n${fileUrl}` : ''}`
}

function describePreset({ name, title, extension, limits }: RenditionPreset) {
  const limit = (wanted: string) => limits.find((one) => one.limit === wanted)?.value
  const longest = limit('maxDurationMs')
  const largest = limit('maxBytes')
  return {
    preset: name,
    title,
    file: extension,
    longest: typeof longest === 'number' ? `${longest / 1000} s` : '',
    largest: typeof largest === 'number' ? `${Math.round(largest / 1e6)} MB` : '',
  }
}
