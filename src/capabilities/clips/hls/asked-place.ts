import { readFile } from 'node:fs/promises'
import type { AskingChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import { clipErrors } from '../errors.ts'
import { locateKeys, locateUrls } from './locate.ts'
import type { HlsPlace, PlaceJob } from './place.ts'
import type { ByteRange } from './playlist.ts'

/** What the process that cuts asks of the one that may reach servers and stored files. */
export type ReadQuestion = {
  at: string
  kind: 'playlist' | 'piece'
  range?: ByteRange
  /** Only so many bytes from the start are wanted. */
  mostBytes?: number
}

/** The bytes lie in a file, so that neither process holds more than one piece. */
export type ReadAnswer = { path: string; at: string; bytesTravelled: number }

/** A place that is read by the parent process: this one holds no credentials and opens no connection. */
export function openAskedPlace(
  place: Exclude<PlaceJob, { kind: 'folder' }>,
  ask: AskingChildTools['ask'],
): HlsPlace {
  const entry = place.kind === 'url' ? place.url : place.key
  const locate = place.kind === 'url' ? locateUrls(place) : locateKeys(place.key)
  // The programme itself is held to the same rules as what it names.
  if (place.kind === 'url') locate(place.url, place.url)
  const answers = new Map<string, Promise<ReadAnswer>>()
  let bytesRead = 0

  function question(what: ReadQuestion): Promise<ReadAnswer> {
    const name = JSON.stringify(what)
    const known = answers.get(name)
    if (known) return known
    const asked = (ask(what) as Promise<ReadAnswer>).then((answer) => {
      bytesRead += answer.bytesTravelled
      return answer
    })
    answers.set(name, asked)
    return asked
  }
  return {
    entry,
    locate,
    bytesRead: () => bytesRead,
    async read(at, range, mostBytes) {
      return readFile((await question({ kind: 'piece', at, range, mostBytes })).path)
    },
    async readPlaylist(at) {
      const answer = await question({ kind: 'playlist', at })
      const text = await readFile(answer.path, 'utf8')
      if (text === '') throw clipErrors.playlistInvalid('The playlist is empty.')
      return { at: answer.at, text }
    },
  }
}
