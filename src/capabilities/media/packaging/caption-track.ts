import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cue } from '../captions/caption.ts'
import { writeVtt } from '../captions/write-captions.ts'
import { mediaErrors } from '../errors.ts'

/** Captions that go into a package beside its picture. */
export type CaptionTrack = {
  /** BCP 47, such as `en` or `de-CH`. */
  language: string
  /** What a player's menu shows, such as `English`. */
  name: string
  cues: readonly Cue[]
}

/** A caption track in a package. File names are relative to the package folder. */
export type CaptionRendition = {
  language: string
  name: string
  playlist: string
  file: string
  cues: number
}

/** Captions are cut into pieces of this length, so that a player need not fetch those of an hour to show the first. */
const pieceMs = 60_000
/** HLS maps the clock of captions to that of the segments, which begins at 0. */
const timestampMap = 'X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000'

/**
 * Writes each track twice: whole, for DASH and for whoever wants the file, and in pieces with a playlist, for HLS.
 * Fails with `media.badCaptions` for a language that is none or appears twice.
 */
export async function writeCaptionTracks(
  outDir: string,
  tracks: readonly CaptionTrack[],
  durationMs: number,
): Promise<CaptionRendition[]> {
  assertLanguages(tracks)
  const made: CaptionRendition[] = []
  for (const { language, name, cues } of tracks) {
    const folder = `captions-${language.toLowerCase()}`
    await mkdir(join(outDir, folder), { recursive: true })
    const kept = cues.filter((cue) => cue.startMs < durationMs)
    await writeFile(join(outDir, folder, 'captions.vtt'), writeVtt(kept))
    const pieces = captionPieces(kept, durationMs)
    for (const piece of pieces) await writeFile(join(outDir, folder, piece.file), piece.text)
    await writeFile(join(outDir, folder, 'index.m3u8'), captionPlaylist(pieces))
    const files = { playlist: `${folder}/index.m3u8`, file: `${folder}/captions.vtt` }
    made.push({ language, name, ...files, cues: kept.length })
  }
  return made
}

export type CaptionPiece = { file: string; durationMs: number; text: string }

/** The pieces of a track: each holds every caption that is seen in it, so those over a border stand in both. */
export function captionPieces(cues: readonly Cue[], durationMs: number): CaptionPiece[] {
  const count = Math.max(1, Math.ceil(durationMs / pieceMs))
  return Array.from({ length: count }, (_, index) => {
    const startMs = index * pieceMs
    const endMs = Math.min(durationMs, startMs + pieceMs)
    const seen = cues.filter((cue) => cue.startMs < endMs && cue.endMs > startMs)
    const [head = '', ...rest] = writeVtt(seen).split('\n')
    return {
      file: `${String(index).padStart(5, '0')}.vtt`,
      durationMs: endMs - startMs,
      text: [head, timestampMap, ...rest].join('\n'),
    }
  })
}

function captionPlaylist(pieces: readonly CaptionPiece[]): string {
  const longest = Math.max(...pieces.map(({ durationMs }) => durationMs))
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(longest / 1000)}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    ...pieces.flatMap(({ file, durationMs }) => [`#EXTINF:${(durationMs / 1000).toFixed(3)},`, file]),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')
}

/** Refuses languages that are none or stand twice: `media.badCaptions`. */
export function assertLanguages(tracks: ReadonlyArray<{ language: string }>): void {
  const seen = new Set<string>()
  for (const { language } of tracks) {
    if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language)) {
      throw mediaErrors.badCaptions(`"${language}" is not a language code such as en or de-CH.`)
    }
    if (seen.has(language.toLowerCase())) {
      throw mediaErrors.badCaptions(`There are two caption tracks in "${language}".`)
    }
    seen.add(language.toLowerCase())
  }
}
