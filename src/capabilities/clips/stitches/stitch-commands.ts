import { type Command, Option } from 'commander'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'
import { watchRun } from '../../../platform/cli/watch-run.ts'
import type { Stitch } from './stitch.ts'

/** `clips join CLIP…` and `clips stitches`, on the server. Comes after `clipCommands`. */
export function clipStitchCommands(program: Command, cli: CliContext): void {
  const group = program.commands.find((command) => command.name() === 'clips')
  if (!group) throw new TypeError('The clips commands must be registered first')

  group
    .command('join')
    .description('join clips of the server, in this order, into one file there')
    .argument('<clips...>', 'ids of clips that are cut, or of recordings (asset_…)')
    .option('--name <name>', 'what people call it')
    .option('--fade-ms <ms>', 'how long one part fades into the next', (text) => Number(text), 0)
    .addOption(loudnessOption())
    .option('--wait', 'wait until it is done')
    .action(
      async (ids: string[], options: { name?: string; fadeMs: number; loudness: string; wait?: boolean }) => {
        const api = await cli.api()
        const parts = ids.map((id) => (id.startsWith('asset_') ? { assetId: id } : { clipId: id }))
        const { name, fadeMs, wait } = options
        const loudness = readLoudness(options.loudness)
        let stitch = await api.post<Stitch>('/clips/stitches', { name, parts, fadeMs, loudness })
        if (wait) {
          const progress = cli.progress('Joining')
          await watchRun(api, stitch.runId, (run) => progress.update(run.percent), { signal: cli.signal })
          progress.done()
          stitch = await api.get<Stitch>(`/clips/stitches/${stitch.id}`)
        }
        cli.out(stitch, `${stitch.id}  ${stitch.state}${stitch.error ? `: ${stitch.error.message}` : ''}`)
      },
    )

  group
    .command('stitches')
    .description('list what was joined on the server, newest first')
    .action(async () => {
      const items: Stitch[] = []
      for await (const one of (await cli.api()).list<Stitch>('/clips/stitches')) items.push(one)
      const rows = items.map(({ id, createdAt, state, parts, name }) => ({
        id,
        at: createdAt,
        state,
        parts: parts.length,
        name,
      }))
      cli.out({ items }, items.length === 0 ? 'Nothing was joined yet.' : tableText(rows))
    })
}

export function loudnessOption(): Option {
  return new Option(
    '--loudness <wish>',
    'match: as loud as the first part; keep: as it is; or LUFS such as -14',
  ).default('match')
}

/** "match", "keep" or a number of LUFS; the server or the use case says what is wrong with others. */
export function readLoudness(text: string): 'match' | 'keep' | number {
  return text === 'match' || text === 'keep' ? text : Number(text)
}
