import { clipErrors } from '../errors.ts'
import { type SegmentLoader, openSegmentLoader } from './load-segment.ts'
import type { HlsPlace } from './place.ts'
import { type MediaPlaylist, chooseVariant, readPlaylist } from './playlist.ts'

/** A media playlist and what reads its segments. */
export type Track = { playlist: MediaPlaylist; loader: SegmentLoader }

/** `sound` is undefined when it is in the segments of the pictures, or there is none. */
export type Programme = { pictures: Track; sound: Track | undefined }

/**
 * Reads the playlists of a programme. Every name in them is checked before one file that they name is opened, so a
 * playlist that names anything foreign is refused as a whole.
 */
export async function openProgramme(place: HlsPlace, wish: string): Promise<Programme> {
  const top = await readTop(place, place.entry)
  if (top.playlist.kind === 'media') {
    return { pictures: openTrack(place, top.at, top.playlist), sound: undefined }
  }
  for (const uri of top.playlist.uris) place.locate(uri, top.at)
  const variant = chooseVariant(top.playlist, wish)
  const open = async (uri: string) => {
    const { at, playlist } = await readTop(place, place.locate(uri, top.at))
    if (playlist.kind !== 'media') throw clipErrors.playlistInvalid(`"${uri}" lists variants again.`)
    return openTrack(place, at, playlist)
  }
  const pictures = await open(variant.uri)
  const hasOwnSound = variant.audioUri !== undefined && variant.audioUri !== variant.uri
  return { pictures, sound: hasOwnSound ? await open(variant.audioUri!) : undefined }
}

function openTrack(place: HlsPlace, at: string, playlist: MediaPlaylist): Track {
  const seen = new Set<string>()
  for (const { uri, key, map } of playlist.segments) {
    for (const name of [uri, key?.uri, map?.uri]) {
      if (name === undefined || seen.has(name)) continue
      seen.add(name)
      place.locate(name, at)
    }
  }
  return { playlist, loader: openSegmentLoader(place, at) }
}

async function readTop(place: HlsPlace, from: string) {
  const { at, text } = await place.readPlaylist(from)
  return { at, playlist: readPlaylist(text) }
}
