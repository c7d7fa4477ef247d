import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Command, Option } from 'commander'
import { formatDuration, parseTime } from '../../kernel/time.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { needFile } from '../../platform/cli/need-file.ts'
import { watchRun } from '../../platform/cli/watch-run.ts'
import { openStorage } from '../../providers/storage/index.ts'
import { type Clip, cutModes } from './clip.ts'
import { cutClip } from './cut-clip.ts'
import { type CutPlaylistClip, cutPlaylistClip, isPlaylistPath } from './cut-playlist-clip.ts'
import { type Aspect, aspects, type Reframe, type ReframeMethod, reframeMethods } from './reframe/reframe.ts'
import { readShape } from './reframe/read-shape.ts'
import type { CutMode } from './cutter/cut-plan.ts'
import type { Receipt } from './cutter/receipt.ts'
import { clipErrors } from './errors.ts'
import { frameRateIfNeeded } from './read-frame-rate.ts'

type CutOptions = {
  from: string
  to: string
  out: string
  mode: CutMode
  encodeAudio?: boolean
  variant: string
  aspect?: Aspect
  reframe: ReframeMethod
  cropPath?: string
}

/** `clips cut` of a file, a playlist (in a folder, by address, in a bucket) or the package of an asset. */
export function cutCommand(group: Command, cli: CliContext): void {
  group
    .command('cut')
    .description('cut a range out of a file or an HLS playlist; needs no server, except for asset:ID')
    .argument(
      '<source>',
      'a recording; a playlist (.m3u8) as a path, http(s):// or s3:// address; or asset:ID for the package of an asset',
    )
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
    .addOption(new Option('--aspect <aspect>', 'another shape').choices([...aspects]))
    .addOption(
      new Option(
        '--reframe <method>',
        'fit: all of it with blurred sides; crop: a fixed window; follow: a window that follows the subject',
      )
        .choices([...reframeMethods])
        .default('follow'),
    )
    .option('--crop-path <file>', 'where the window is: [{"atMs", "at"}], or a receipt of an earlier cut')
    .option('--variant <variant>', 'of a playlist: best, smallest or a height such as 720', 'best')
    .action(async (source: string, options: CutOptions) => {
      const outPath = needOutput(options.out)
      const shape = await readShape(options)
      const progress = cli.progress('Cutting')
      const onProgress = (percent: number) => progress.update(percent)
      const receipt = source.startsWith('asset:')
        ? await cutOnServer(cli, source.slice('asset:'.length), { ...options, shape, outPath, onProgress })
        : await cutHere(cli, source, { ...options, shape, outPath, onProgress })
      progress.done()
      cli.out(receipt, describeReceipt(receipt))
    })
}

type Wish = CutOptions & {
  shape: Reframe | undefined
  outPath: string
  onProgress: (percent: number) => void
}

async function cutHere(cli: CliContext, source: string, wish: Wish): Promise<Receipt> {
  const { outPath, mode, encodeAudio, onProgress, variant } = wish
  const playlist = await playlistOf(cli, source)
  const sourcePath = playlist ? undefined : await needFile(source)
  if (outPath === sourcePath) throw clipErrors.badOutput('The clip must not replace its own source.')
  // A programme has no single frame rate: its stretches may differ.
  const rate = sourcePath && (await frameRateIfNeeded(sourcePath, [wish.from, wish.to], cli.signal))
  const cut = {
    outPath,
    startMs: parseTime(wish.from, rate || undefined),
    endMs: parseTime(wish.to, rate || undefined),
    mode,
    encodeAudio,
    reframe: wish.shape,
    signal: cli.signal,
    nice: 0,
    onProgress,
  }
  return playlist
    ? cutPlaylistClip({ ...cut, ...playlist, variant })
    : cutClip({ ...cut, sourcePath: sourcePath! })
}

/** The playlist that a source names, or undefined for a recording. */
async function playlistOf(
  cli: CliContext,
  source: string,
): Promise<Pick<CutPlaylistClip, 'place' | 'storage'> | undefined> {
  if (/^https?:\/\//i.test(source)) {
    const { fetchAllow, clipHosts } = cli.config
    return { place: { kind: 'url', url: source, allow: fetchAllow, hosts: clipHosts } }
  }
  const [, folder = '', key = '', query = ''] = /^(s3:\/\/.+)\/([^/?]+)(\?.*)?$/i.exec(source) ?? []
  if (folder) {
    return { place: { kind: 'stored', key }, storage: openStorage(folder + query, cli.config.home) }
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) {
    throw clipErrors.badSource(`"${source}" is none of the addresses that clips are cut from.`)
  }
  if (!isPlaylistPath(source)) return undefined
  return { place: { kind: 'folder', playlistPath: await needFile(source) } }
}

/** Lets the server cut out of the package of an asset, waits, and brings the clip here. */
async function cutOnServer(cli: CliContext, assetId: string, wish: Wish): Promise<Receipt> {
  const api = await cli.api()
  const ordered = await api.post<Clip>('/clips', {
    assetId,
    source: { kind: 'package', variant: wish.variant },
    startMs: parseTime(wish.from),
    endMs: parseTime(wish.to),
    mode: wish.mode,
    reframe: wish.shape,
  })
  await watchRun(api, ordered.runId!, (run) => wish.onProgress(run.percent), { signal: cli.signal })
  const clip = await api.get<Clip>(`/clips/${ordered.id}`)
  if (!clip.receipt || !clip.fileUrl) {
    throw clipErrors.notCut(clip.error?.message ?? `The clip is ${clip.state}.`, {
      detail: { clipId: clip.id },
    })
  }
  const { pathname, search } = new URL(clip.fileUrl, api.url)
  const answer = await api.fetch(pathname + search, { signal: cli.signal })
  if (!answer.ok || !answer.body)
    throw clipErrors.notCut(`The server answered ${answer.status} for the clip's file.`)
  const partial = `${wish.outPath}.part`
  try {
    await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(partial), { signal: cli.signal })
    await rename(partial, wish.outPath)
  } finally {
    await rm(partial, { force: true })
  }
  return { ...clip.receipt, out: wish.outPath }
}

/** The path of a new MP4 file. Fails with `clips.badOutput`. */
export function needOutput(out: string): string {
  const outPath = resolve(out)
  if (extname(outPath).toLowerCase() === '.mp4') return outPath
  throw clipErrors.badOutput(`Clips are MP4 files, so "${out}" must end in .mp4.`)
}

/** A receipt for a person. */
export function describeReceipt(receipt: Receipt): string {
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
