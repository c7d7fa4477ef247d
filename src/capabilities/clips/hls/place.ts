import type { ByteRange } from './playlist.ts'

/** Where the files of a programme are, and what a playlist there may name. */
export type HlsPlace = {
  /** The playlist to begin with. */
  entry: string
  /** What a name in the playlist at `from` means. Opens nothing; fails with `clips.playlistRefused` for anything foreign. */
  locate(uri: string, from: string): string
  /** Reads a file, or a range of it, or its first bytes. */
  read(at: string, range?: ByteRange, mostBytes?: number): Promise<Buffer>
  /** Reads a playlist. `at` is where it really was, after redirects: the names in it count from there. */
  readPlaylist(at: string): Promise<{ at: string; text: string }>
  /** Bytes read so far, as they travelled. */
  bytesRead(): number
}

/** A place as a job names it. */
export type PlaceJob =
  /** A playlist in a local folder; it may name files in that folder and below. */
  | { kind: 'folder'; playlistPath: string }
  /** A playlist on a server; `allow` as in safe fetch, `hosts` as in the configuration (empty: any). */
  | { kind: 'url'; url: string; allow: readonly string[]; hosts: readonly string[] }
  /** A playlist among the stored files; it may name keys below its own folder. */
  | { kind: 'stored'; key: string }

/** A playlist of 100,000 segments has some 10 MB. */
export const mostPlaylistBytes = 100_000_000
export const mostSegmentBytes = 1_000_000_000
/** Of a foreign server less is taken. */
export const mostForeignPlaylistBytes = 32_000_000
export const mostForeignSegmentBytes = 256_000_000

/** How the receipt calls the place. Without the query: it may hold a token. */
export function labelOf(place: PlaceJob): string {
  if (place.kind === 'folder') return place.playlistPath
  if (place.kind === 'stored') return place.key
  return place.url.replace(/[?#].*$/s, '')
}

/** A name in a playlist without its query, decoded. */
export function plainName(uri: string): string {
  const name = uri.replace(/[?#].*$/s, '')
  try {
    return decodeURIComponent(name)
  } catch {
    // A stray percent sign is part of the name then.
    return name
  }
}
