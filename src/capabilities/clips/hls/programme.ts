import { clipErrors } from '../errors.ts'
import { type SegmentLoader, openSegmentLoader } from './load-segment.ts'
import { type LocalRoot, mostPlaylistBytes } from './local-root.ts'
import { type MediaPlaylist, chooseVariant, readPlaylist } from './playlist.ts'

/** A media playlist and what reads its segments. */
export type Track = { playlist: MediaPlaylist; loader: SegmentLoader }

/** `sound` is undefined when it is in the segments of the pictures, or there is none. */
export type Programme = { pictures: Track; sound: Track | undefined }

/**
 * Reads the playlists of a programme. Every name in them is checked before one file that they name is opened, so a
 * playlist that names anything foreign is refused as a whole.
 */
export async function openProgramme(root: LocalRoot, playlistPath: string, wish: string): Promise<Programme> {
  const top = await readPlaylistFile(root, playlistPath)
  if (top.kind === 'media') return { pictures: openTrack(root, playlistPath, top), sound: undefined }
  for (const uri of top.uris) root.locate(uri, playlistPath)
  const variant = chooseVariant(top, wish)
  const open = async (uri: string) => {
    const path = root.locate(uri, playlistPath)
    const playlist = await readPlaylistFile(root, path)
    if (playlist.kind !== 'media') throw clipErrors.playlistInvalid(`"${uri}" lists variants again.`)
    return openTrack(root, path, playlist)
  }
  const pictures = await open(variant.uri)
  const hasOwnSound = variant.audioUri !== undefined && variant.audioUri !== variant.uri
  return { pictures, sound: hasOwnSound ? await open(variant.audioUri!) : undefined }
}

function openTrack(root: LocalRoot, path: string, playlist: MediaPlaylist): Track {
  const seen = new Set<string>()
  for (const { uri, key, map } of playlist.segments) {
    for (const name of [uri, key?.uri, map?.uri]) {
      if (name === undefined || seen.has(name)) continue
      seen.add(name)
      root.locate(name, path)
    }
  }
  return { playlist, loader: openSegmentLoader(root, path) }
}

async function readPlaylistFile(root: LocalRoot, path: string) {
  const bytes = await root.read(path, undefined, mostPlaylistBytes)
  if (bytes.length === mostPlaylistBytes) throw clipErrors.playlistInvalid('The playlist is too large.')
  return readPlaylist(bytes.toString('utf8'))
}
