import type { Command } from 'commander'
import { formatDuration } from '../../kernel/time.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { tableText } from '../../platform/cli/layout.ts'
import type { Clip } from './clip.ts'
import { cutCommand, describeReceipt, needOutput } from './cut-command.ts'
import { clipErrors } from './errors.ts'
import { loudnessOption, readLoudness } from './stitches/stitch-commands.ts'
import { readStitchList } from './read-stitch-list.ts'
import { stitchClips } from './stitch-clips.ts'
import type { StitchReceipt } from './stitch/stitch-job.ts'

export { clipBatchCommands } from './batches/batch-commands.ts'
export { tightCutCommands } from './tight-cut-command.ts'
export { clipRuleCommands } from './detections/detection-commands.ts'
export { clipStitchCommands } from './stitches/stitch-commands.ts'

/** `clips cut` on plain files, without a server; `clips list|show|delete` on the server. */
export function clipCommands(program: Command, cli: CliContext): void {
  const group = program.command('clips').description('ranges of recordings, cut exact to the frame')

  cutCommand(group, cli)

  group
    .command('stitch')
    .description('join ranges of one or several files into one file; needs no server')
    .argument('<list>', 'a JSON file: [{"source": "talk.mp4", "from": 12.5, "to": "00:01:12.500"}, …]')
    .requiredOption('--out <file>', 'the new file, an .mp4 file')
    .option('--fade <seconds>', 'how long each part fades into the next; only the fade is encoded', Number, 0)
    .addOption(loudnessOption())
    .action(async (list: string, options: { out: string; fade: number; loudness: string }) => {
      const outPath = needOutput(options.out)
      const parts = await readStitchList(list, cli.signal)
      if (parts.some(({ sourcePath }) => sourcePath === outPath)) {
        throw clipErrors.badOutput('The new file must not replace one of its sources.')
      }
      const progress = cli.progress('Stitching')
      const receipt = await stitchClips({
        parts,
        outPath,
        fadeMs: options.fade * 1000,
        loudness: readLoudness(options.loudness),
        signal: cli.signal,
        nice: 0,
        onProgress: (percent) => progress.update(percent),
      })
      progress.done()
      cli.out(receipt, describeStitch(receipt))
    })

  group
    .command('list')
    .description('list clips, newest first')
    .option('--asset <asset>', 'only those of this recording')
    .action(async (options: { asset?: string }) => {
      const items: Clip[] = []
      const api = await cli.api()
      for await (const clip of api.list<Clip>('/clips', { query: { assetId: options.asset } }))
        items.push(clip)
      const rows = items.map(({ id, state, durationMs, title }) => ({
        id,
        state,
        length: formatDuration(durationMs),
        title,
      }))
      cli.out({ items }, items.length === 0 ? 'No clips yet.' : tableText(rows))
    })

  group
    .command('show')
    .description('show one clip with its receipt')
    .argument('<clip>', 'id of the clip')
    .action(async (clipId: string) => {
      cli.out(await (await cli.api()).get<Clip>(`/clips/${encodeURIComponent(clipId)}`))
    })

  group
    .command('delete')
    .description('delete a clip with its files')
    .argument('<clip>', 'id of the clip')
    .action(async (clipId: string) => {
      await (await cli.api()).delete(`/clips/${encodeURIComponent(clipId)}`)
      cli.out({ deleted: clipId }, `Deleted ${clipId}.`)
    })
}

function describeStitch(receipt: StitchReceipt): string {
  const parts = receipt.parts.map(
    ({ source, frames, copiedMs, encodedMs, fallback }, index) =>
      `${index + 1}. ${source}: ${frames} frames, ${formatDuration(copiedMs)} copied, ${formatDuration(encodedMs)} encoded${fallback ? ` (${fallback})` : ''}`,
  )
  return [describeReceipt({ ...receipt, fallback: null }), ...parts].join('\n')
}
