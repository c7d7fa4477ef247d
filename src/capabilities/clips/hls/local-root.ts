import { open, realpath } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { clipErrors } from '../errors.ts'
import type { ByteRange } from './playlist.ts'

/** A folder that a local playlist may name files of; everything else it names is refused. */
export type LocalRoot = {
  /** The path that a playlist at `playlistPath` means. Opens nothing. */
  locate(uri: string, playlistPath: string): string
  /** Reads a file, or a range of it, or its first bytes. Counts what it reads. */
  read(path: string, range?: ByteRange, mostBytes?: number): Promise<Buffer>
  bytesRead(): number
}

/** A playlist of 100,000 segments has some 10 MB. */
export const mostPlaylistBytes = 100_000_000
const mostSegmentBytes = 1_000_000_000

/** Opens the folder of a playlist. Links that lead out of it are refused as well. */
export async function openLocalRoot(playlistPath: string): Promise<LocalRoot> {
  const root = await realpath(dirname(playlistPath))
  const isInside = (path: string) => path.startsWith(root.endsWith(sep) ? root : root + sep)
  let bytesRead = 0
  return {
    bytesRead: () => bytesRead,
    locate(uri, from) {
      const plain = decode(uri.replace(/[?#].*$/s, ''))
      const isForeign = /^[a-z][a-z0-9+.-]*:/i.test(plain) || /^[/\\]/.test(plain)
      const path = resolve(dirname(from), plain)
      if (isForeign || plain === '' || /[\0\\]/.test(plain) || !isInside(path)) {
        throw clipErrors.playlistRefused(`The playlist names "${uri.slice(0, 200)}".`)
      }
      return path
    },
    async read(path, range, mostBytes = mostSegmentBytes) {
      const name = path.slice(root.length + 1)
      const real = await realpath(path).catch((cause: unknown) => {
        throw clipErrors.segmentMissing(`There is no "${name}".`, { cause })
      })
      if (!isInside(real)) throw clipErrors.playlistRefused(`"${name}" leads out of the playlist's folder.`)
      const file = await open(real, 'r')
      try {
        const stats = await file.stat()
        if (!stats.isFile()) throw clipErrors.segmentMissing(`"${name}" is no file.`)
        const { offset, length } = range ?? { offset: 0, length: stats.size }
        if (offset + length > stats.size) {
          throw clipErrors.segmentDamaged(`"${name}" ends before the bytes that the playlist names.`)
        }
        if (range === undefined && mostBytes === mostSegmentBytes && length > mostBytes) {
          throw clipErrors.segmentDamaged(`"${name}" is too large for a segment.`)
        }
        const bytes = Buffer.alloc(Math.min(length, mostBytes))
        const { bytesRead: got } = await file.read(bytes, 0, bytes.length, offset)
        bytesRead += got
        return bytes.subarray(0, got)
      } finally {
        await file.close()
      }
    },
  }
}

function decode(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch {
    // A stray percent sign is part of the name then.
    return uri
  }
}
