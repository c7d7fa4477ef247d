import { open, realpath } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { clipErrors } from '../errors.ts'
import { type HlsPlace, mostPlaylistBytes, mostSegmentBytes, plainName } from './place.ts'

/** Opens the folder of a playlist. Links that lead out of it are refused as well. */
export async function openLocalRoot(playlistPath: string): Promise<HlsPlace> {
  const root = await realpath(dirname(playlistPath))
  const isInside = (path: string) => path.startsWith(root.endsWith(sep) ? root : root + sep)
  let bytesRead = 0
  const place: HlsPlace = {
    entry: playlistPath,
    bytesRead: () => bytesRead,
    async readPlaylist(at) {
      const bytes = await place.read(at, undefined, mostPlaylistBytes)
      if (bytes.length === mostPlaylistBytes) throw clipErrors.playlistInvalid('The playlist is too large.')
      return { at, text: bytes.toString('utf8') }
    },
    locate(uri, from) {
      const plain = plainName(uri)
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
  return place
}
