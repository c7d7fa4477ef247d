import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MetadataResult } from '../../platform/ffmpeg/plan.ts'
import { writeVtt } from './captions/write-captions.ts'
import type { Sprites } from './analysis.ts'
import { fitWidth } from './picture.ts'
import type { Probe } from './probe.ts'

const tilesPerSheet = { columns: 10, rows: 10 }
const tileWidth = 160
const everyMs = { least: 2_000, most: 10_000, wantedTiles: 300 }

/** Small pictures for scrubbing: one every 2 to 10 s, a hundred on a sheet. */
export function spriteLayout(probe: Pick<Probe, 'durationMs' | 'width' | 'height'>): Sprites {
  const tile = fitWidth(
    probe,
    Math.min(tileWidth, Math.max(2, Math.round((tileWidth * probe.width) / Math.max(1, probe.height)))),
  )
  const wantedMs = Math.ceil(probe.durationMs / everyMs.wantedTiles)
  const step = Math.min(everyMs.most, Math.max(everyMs.least, wantedMs))
  const perSheet = tilesPerSheet.columns * tilesPerSheet.rows
  const sheets = Math.max(1, Math.ceil(Math.ceil(probe.durationMs / step) / perSheet))
  return {
    files: Array.from({ length: sheets }, (_, index) => sheetName(index)),
    vtt: 'sprites.vtt',
    ...tilesPerSheet,
    tileWidth: tile.width,
    tileHeight: tile.height,
    everyMs: step,
  }
}

/** How FFmpeg numbers the sheets. */
export const spritePattern = 'sprite-%03d.jpg'

function sheetName(index: number): string {
  return `sprite-${String(index + 1).padStart(3, '0')}.jpg`
}

/** How many sheets the pictures of a recording fill: its last picture may be long before its end. */
export function trimSprites(layout: Sprites, pictures: MetadataResult): { sprites: Sprites; tiles: number } {
  const last = Math.round((pictures.timesMs.at(-1) ?? 0) / layout.everyMs)
  const tiles = Math.min(last + 1, layout.files.length * layout.columns * layout.rows)
  const files = layout.files.slice(0, Math.ceil(tiles / (layout.columns * layout.rows)))
  return { sprites: { ...layout, files }, tiles }
}

/** WebVTT that tells a player which part of which sheet shows a time: `sprite-001.jpg#xywh=160,0,160,90`. */
export function spriteVtt(sprites: Sprites, tiles: number, durationMs: number): string {
  const perSheet = sprites.columns * sprites.rows
  const count = Math.max(1, Math.ceil(durationMs / sprites.everyMs))
  const cues = Array.from({ length: count }, (_, index) => {
    // After the last picture the last one stands.
    const tile = Math.min(index, tiles - 1)
    const onSheet = tile % perSheet
    const x = (onSheet % sprites.columns) * sprites.tileWidth
    const y = Math.floor(onSheet / sprites.columns) * sprites.tileHeight
    return {
      startMs: index * sprites.everyMs,
      endMs: Math.max(index * sprites.everyMs + 1, Math.min(durationMs, (index + 1) * sprites.everyMs)),
      text: `${sprites.files[Math.floor(tile / perSheet)]}#xywh=${x},${y},${sprites.tileWidth},${sprites.tileHeight}`,
    }
  })
  return writeVtt(cues)
}

/** Writes the track for players beside the sheets. */
export async function writeSpriteTrack(
  outDir: string,
  layout: Sprites,
  pictures: MetadataResult,
  durationMs: number,
): Promise<Sprites> {
  const { sprites, tiles } = trimSprites(layout, pictures)
  await writeFile(join(outDir, sprites.vtt), spriteVtt(sprites, tiles, durationMs))
  return sprites
}
