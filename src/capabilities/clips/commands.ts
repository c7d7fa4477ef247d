import { extname, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { formatDuration, parseTime } from '../../kernel/time.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { tableText } from '../../platform/cli/layout.ts'
import { needFile } from '../../platform/cli/need-file.ts'
import { type Clip, cutModes } from './clip.ts'
import { cutClip } from './cut-clip.ts'
import { cutPlaylistClip, isPlaylistPath } from './cut-playlist-clip.ts'
import type { CutMode } from './cutter/cut-plan.ts'
import type { Receipt } from './cutter/receipt.ts'
import { clipErrors } from './errors.ts'
import { frameRateIfNeeded } from './read-frame-rate.ts'
import { readStitchList } from './read-stitch-list.ts'
import { stitchClips } from './stitch-clips.ts'
import type { StitchReceipt } from './stitch/stitch-job.ts'

export { clipBatchCommands } from './batches/batch-commands.ts'

type CutOptions = {
  from: string
  to: string
  out: string
  mode: CutMode
  encodeAudio?: boolean
  variant: string
}

/** `clips cut` on plain files, without a server; `clips list|show|delete` on the server. */
export function clipCommands(program: Command, cli: CliContext): void {
  const group = program.command('clips').description('ranges of recordings, cut exact to the frame')

  group
    .command('cut')
    .description('cut a range out of a file or an HLS playlist; needs no server')
    .argument('<source>', 'a recording, or a playlist (.m3u8) in a local folder')
    .requiredOption('--from <time>', 'start: 12.5, 00:00:12.500, 375f or 00:00:12:15')
    .requiredOption('--to <time>', 'end, which is not part of the clip')
    .requiredOption('--out <file>', 'the clip, an .mp4 file')
    .addOption(
      new Option(
        '--mode <mode>',
        'exact: copy all that can be; copy: from the nearest keyframe; encode: all anew',
      )
        .choices([...cutModes])
        .default('exact'),
    )
    .option('--encode-audio', 'encode the sound even where it could be copied')
    .option('--variant <variant>', 'of a playlist: best, smallest or a height such as 720', 'best')
    .action(async (source: string, options: CutOptions) => {
      if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) {
        throw clipErrors.urlUnsupported(`"${source}" is a URL; clips are not cut from URLs.`)
      }
      const sourcePath = await needFile(source)
      const outPath = needOutput(options.out)
      if (outPath === sourcePath) throw clipErrors.badOutput('The clip must not replace its own source.')
      const isPlaylist = isPlaylistPath(sourcePath)
      // A programme has no single frame rate: its stretches may differ.
      const rate = isPlaylist
        ? undefined
        : await frameRateIfNeeded(sourcePath, [options.from, options.to], cli.signal)
      const progress = cli.progress('Cutting')
      const wish = {
        outPath,
        startMs: parseTime(options.from, rate),
        endMs: parseTime(options.to, rate),
        mode: options.mode,
        encodeAudio: options.encodeAudio,
        signal: cli.signal,
        nice: 0,
        onProgress: (percent: number) => progress.update(percent),
      }
      const receipt = isPlaylist
        ? await cutPlaylistClip({ ...wish, playlistPath: sourcePath, variant: options.variant })
        : await cutClip({ ...wish, sourcePath })
      progress.done()
      cli.out(receipt, describe(receipt))
    })

  group
    .command('stitch')
    .description('join ranges of one or several files into one file; needs no server')
    .argument('<list>', 'a JSON file: [{"source": "talk.mp4", "from": 12.5, "to": "00:01:12.500"}, …]')
    .requiredOption('--out <file>', 'the new file, an .mp4 file')
    .action(async (list: string, options: { out: string }) => {
      const outPath = needOutput(options.out)
      const parts = await readStitchList(list, cli.signal)
      if (parts.some(({ sourcePath }) => sourcePath === outPath)) {
        throw clipErrors.badOutput('The new file must not replace one of its sources.')
      }
      const progress = cli.progress('Stitching')
      const receipt = await stitchClips({
        parts,
        outPath,
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

function needOutput(out: string): string {
  const outPath = resolve(out)
  if (extname(outPath).toLowerCase() === '.mp4') return outPath
  throw clipErrors.badOutput(`Clips are MP4 files, so "${out}" must end in .mp4.`)
}

function describeStitch(receipt: StitchReceipt): string {
  const parts = receipt.parts.map(
    ({ source, frames, copiedMs, encodedMs, fallback }, index) =>
      `${index + 1}. ${source}: ${frames} frames, ${formatDuration(copiedMs)} copied, ${formatDuration(encodedMs)} encoded${fallback ? ` (${fallback})` : ''}`,
  )
  return [describe({ ...receipt, fallback: null }), ...parts].join('\n')
}

function describe(receipt: Receipt): string {
  const { frames, requestedFrames, copiedMs, encodedMs, fallback, mode } = receipt
  const lines = [
    `${receipt.out}`,
    `${frames} frames (${requestedFrames} asked for), ${formatDuration(receipt.durationMs)}`,
    `${formatDuration(copiedMs)} copied, ${formatDuration(encodedMs)} encoded, sound ${receipt.audio}`,
  ]
  if (mode === 'copy') {
    lines.push(
      `Shows ${(receipt.startMs / 1000).toFixed(3)} s to ${(receipt.endMs / 1000).toFixed(3)} s: copies begin at keyframes`,
    )
  }
  if (fallback) lines.push(`Encoded as a whole: ${fallback}`)
  return lines.join('\n')
}
