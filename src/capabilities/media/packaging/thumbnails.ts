import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatClock } from '../../../kernel/time.ts'
import type { MediaPlan, PlanGraph, PlanOutput } from '../../../platform/ffmpeg/plan.ts'
import { fitWidth, scaleFilter, toneMapFilters, uprightFilters } from '../picture.ts'
import type { Probe } from '../probe.ts'

/** Small pictures for the scrubber, in sheets. File names are relative to the package folder. */
export type Thumbnails = {
  /** HLS image playlist, as Roku and others specified it. */
  playlist: string
  /** WebVTT with the place of each picture, which most web players read. */
  vtt: string
  /** Of one picture. */
  width: number
  height: number
  columns: number
  rows: number
  everyMs: number
  sheets: number
  sizeBytes: number
}

export type ThumbnailLayout = Pick<Thumbnails, 'width' | 'height' | 'columns' | 'rows' | 'everyMs'>

const folder = 'thumbnails'
const pictureWidth = 192

/** One picture for every 2 s of a short recording, for every 10 s of a long one; 25 on a sheet. */
export function thumbnailLayout(probe: Pick<Probe, 'durationMs' | 'width' | 'height'>): ThumbnailLayout {
  const everyMs = probe.durationMs <= 120_000 ? 2_000 : probe.durationMs <= 1_200_000 ? 5_000 : 10_000
  const narrow = Math.min(pictureWidth, Math.max(2, Math.round((pictureWidth * probe.width) / probe.height)))
  const columns = probe.durationMs / everyMs > 4 ? 5 : 2
  return { ...fitWidth(probe, narrow), columns, rows: columns, everyMs }
}

/** Filters from a stream of pictures to sheets of small ones. Frames that are not shown are dropped first. */
export function sheetFilters(layout: ThumbnailLayout): string {
  const { width, height, columns, rows, everyMs } = layout
  return [
    `fps=1000/${everyMs}:start_time=0:eof_action=pass`,
    scaleFilter({ width, height }),
    `tile=${columns}x${rows}`,
    'format=yuvj420p',
  ].join(',')
}

/** The sheets as files in a folder of the package. */
export function sheetsOutput(outDir: string, sink: string): PlanOutput {
  return {
    kind: 'file',
    path: join(outDir, folder, '%05d.jpg'),
    muxer: 'image2',
    muxerOptions: { start_number: '0' },
    streams: [
      {
        kind: 'encode',
        media: 'video',
        from: sink,
        encoder: 'mjpeg',
        options: { flags: '+qscale', global_quality: String(5 * 118), strict: 'unofficial' },
      },
    ],
  }
}

/** The sheets by themselves, from key frames only: for packages whose every quality is copied. */
export function thumbnailPlan(
  probe: Probe,
  path: string,
  outDir: string,
  layout: ThumbnailLayout,
): MediaPlan {
  const video = probe.video[0]!
  const isTurned = video.rotation === 90 || video.rotation === 270
  const { width, height } = layout
  const coded = isTurned ? { width: height, height: width } : { width, height }
  const steps = [scaleFilter(coded), ...toneMapFilters(video), ...uprightFilters(video.rotation)]
  const graph: PlanGraph = {
    media: 'video',
    sources: [{ label: 'picture', input: 0, stream: 'v:0' }],
    filters: `[picture]${steps.join(',')},${sheetFilters(layout)}[sheets]`,
    sinks: ['sheets'],
  }
  return {
    inputs: [{ path, keyframesOnly: true }],
    graphs: [graph],
    outputs: [sheetsOutput(outDir, 'sheets')],
    durationMs: probe.durationMs,
  }
}

export const thumbnailFolder: string = folder

/** Writes the playlist and the WebVTT file for the sheets that are in the folder. */
export async function indexThumbnails(
  outDir: string,
  layout: ThumbnailLayout,
  durationMs: number,
): Promise<Thumbnails> {
  const { columns, rows, everyMs, width, height } = layout
  const pictures = Math.max(1, Math.ceil(durationMs / everyMs))
  const found = (await readdir(join(outDir, folder))).filter((file) => file.endsWith('.jpg')).sort()
  const sheets = Math.min(found.length, Math.ceil(pictures / (columns * rows)))
  const sheetMs = everyMs * columns * rows
  const names = Array.from({ length: sheets }, (_, index) => `${String(index).padStart(5, '0')}.jpg`)
  const lastMs = Math.max(1, durationMs - (sheets - 1) * sheetMs)
  const playlist = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(sheetMs / 1000)}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-IMAGES-ONLY',
    ...names.flatMap((name, index) => [
      `#EXTINF:${((index === sheets - 1 ? lastMs : sheetMs) / 1000).toFixed(3)},`,
      `#EXT-X-TILES:RESOLUTION=${width}x${height},LAYOUT=${columns}x${rows},DURATION=${(everyMs / 1000).toFixed(3)}`,
      name,
    ]),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')
  const cues = Array.from({ length: Math.min(pictures, sheets * columns * rows) }, (_, index) => {
    const place = index % (columns * rows)
    const at = `${(place % columns) * width},${Math.floor(place / columns) * height},${width},${height}`
    const endMs = Math.min(durationMs, (index + 1) * everyMs)
    const times = `${formatClock(index * everyMs)} --> ${formatClock(endMs)}`
    return `${times}\n${names[Math.floor(index / (columns * rows))]}#xywh=${at}\n`
  })
  await writeFile(join(outDir, folder, 'index.m3u8'), playlist)
  await writeFile(join(outDir, folder, 'index.vtt'), ['WEBVTT\n', ...cues].join('\n'))
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(outDir, folder, name))).size))
  const sizeBytes = sizes.reduce((sum, size) => sum + size, 0)
  return { playlist: `${folder}/index.m3u8`, vtt: `${folder}/index.vtt`, ...layout, sheets, sizeBytes }
}
