import { parse, setOptions, type types } from 'hls-parser'
import { clipErrors } from '../errors.ts'

export type ByteRange = { offset: number; length: number }

export type SegmentKey = { uri: string; iv: Buffer | undefined }

export type Segment = {
  uri: string
  durationMs: number
  /** Where it begins, by the lengths of all before it. */
  startMs: number
  /** Its media sequence number, which is also its IV when the playlist names none. */
  sequence: number
  /** The playlist says that it is missing. */
  isGap: boolean
  byteRange: ByteRange | undefined
  key: SegmentKey | undefined
  /** The initialization section, for fragmented MP4. */
  map: { uri: string; byteRange: ByteRange | undefined } | undefined
}

/** Segments whose timestamps count on: what lies between two discontinuities. */
export type Stretch = { first: number; last: number; startMs: number; endMs: number }

export type MediaPlaylist = {
  kind: 'media'
  segments: Segment[]
  stretches: Stretch[]
  durationMs: number
  /** Its version allows only whole seconds as lengths. */
  hasRoundedLengths: boolean
  /** Wall-clock time of the programme's zero, when the playlist tells it. */
  startsAt: Date | undefined
}

export type Variant = {
  uri: string
  width: number
  height: number
  bandwidth: number
  /** Playlist of the sound, when it is not in the variant itself. */
  audioUri: string | undefined
}

export type MultivariantPlaylist = { kind: 'multivariant'; variants: Variant[]; uris: string[] }

/** Reads a playlist; pure. Fails with `clips.playlistInvalid` or `clips.playlistUnsupported`. */
export function readPlaylist(text: string): MediaPlaylist | MultivariantPlaylist {
  if (!/^\uFEFF?#EXTM3U\s/.test(text)) throw clipErrors.playlistInvalid('It does not begin with #EXTM3U.')
  const parsed = parseQuietly(text)
  return parsed.isMasterPlaylist
    ? readMultivariant(parsed as types.MasterPlaylist)
    : readMedia(parsed as types.MediaPlaylist)
}

function parseQuietly(text: string): types.MasterPlaylist | types.MediaPlaylist {
  // Lenient: real playlists have too low versions and target durations. What matters is checked below.
  setOptions({ strictMode: false, silent: true })
  try {
    return parse(text)
  } catch (cause) {
    throw clipErrors.playlistInvalid('Its lines cannot be understood.', { cause })
  }
}

function readMultivariant(playlist: types.MasterPlaylist): MultivariantPlaylist {
  const offered = playlist.variants.filter((variant) => !variant.isIFrameOnly && variant.uri)
  // Sound alone is offered for thin lines; it is no variant of the picture.
  const pictured = offered.filter((variant) => variant.resolution)
  const playable = pictured.length > 0 ? pictured : offered
  if (playable.length === 0) throw clipErrors.playlistInvalid('It offers no variant.')
  const variants = playable.map((variant) => {
    const audio = variant.audio.find(({ isDefault }) => isDefault) ?? variant.audio[0]
    return {
      uri: variant.uri,
      width: variant.resolution?.width ?? 0,
      height: variant.resolution?.height ?? 0,
      bandwidth: variant.bandwidth || 0,
      audioUri: audio?.uri,
    }
  })
  const uris = playlist.variants.flatMap((variant) =>
    [variant, ...variant.audio, ...variant.video, ...variant.subtitles].flatMap(({ uri }) =>
      uri ? [uri] : [],
    ),
  )
  return { kind: 'multivariant', variants, uris: [...new Set(uris)] }
}

function readMedia(playlist: types.MediaPlaylist): MediaPlaylist {
  const segments: Segment[] = []
  const stretches: Stretch[] = []
  let at = 0
  let lastMap = ''
  let startsAt: Date | undefined
  for (const [index, segment] of playlist.segments.entries()) {
    const { duration, uri, key, map, byterange } = segment
    if (!uri || !Number.isFinite(duration) || duration < 0 || duration > 1e6) {
      throw clipErrors.playlistInvalid(`Segment ${index + 1} has no address or no length.`)
    }
    const mapName = map ? `${map.uri} ${map.byterange?.offset ?? ''}` : ''
    const durationMs = duration * 1000
    if (segment.programDateTime) startsAt ??= new Date(segment.programDateTime.getTime() - at)
    const current = stretches.at(-1)
    if (!current || segment.discontinuity || mapName !== lastMap) {
      stretches.push({ first: index, last: index, startMs: at, endMs: at + durationMs })
    } else {
      current.last = index
      current.endMs = at + durationMs
    }
    lastMap = mapName
    segments.push({
      uri,
      durationMs,
      startMs: at,
      sequence: segment.mediaSequenceNumber,
      isGap: segment.gap === true,
      byteRange: readRange(byterange, index),
      key: readKey(key),
      map: map ? { uri: map.uri, byteRange: readRange(map.byterange, index) } : undefined,
    })
    at += durationMs
  }
  if (segments.length === 0) throw clipErrors.playlistInvalid('It lists no segment.')
  const hasRoundedLengths = (playlist.version ?? 1) < 3
  return { kind: 'media', segments, stretches, durationMs: at, hasRoundedLengths, startsAt }
}

function readRange(
  range: { offset: number; length: number } | undefined,
  index: number,
): ByteRange | undefined {
  if (!range) return undefined
  const { offset, length } = range
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length > 0) {
    return { offset, length }
  }
  throw clipErrors.playlistInvalid(`Segment ${index + 1} has a byte range that is none.`)
}

function readKey(key: types.Key | null | undefined): SegmentKey | undefined {
  if (!key || key.method === 'NONE') return undefined
  const isIdentity = !key.format || key.format === 'identity'
  if (key.method !== 'AES-128' || !isIdentity || !key.uri) {
    throw clipErrors.playlistUnsupported(`Its segments are encrypted with ${key.method}.`)
  }
  return { uri: key.uri, iv: key.iv ? Buffer.from(key.iv as unknown as Uint8Array) : undefined }
}

/** The variant that somebody wants: "best", "smallest" or a height such as "720". */
export function chooseVariant(playlist: MultivariantPlaylist, wish: string): Variant {
  const sorted = [...playlist.variants].sort(
    (a, b) => a.width * a.height - b.width * b.height || a.bandwidth - b.bandwidth,
  )
  if (wish === 'smallest') return sorted[0]!
  const fitting = wish === 'best' ? sorted : sorted.filter(({ height }) => String(height) === wish)
  const best = fitting.at(-1)
  if (best) return best
  const heights = sorted.map(({ height }) => height).join(', ')
  throw clipErrors.noVariant(`There is no variant "${wish}"; the playlist offers ${heights}.`)
}
