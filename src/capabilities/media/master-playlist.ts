import type { AudioRendition, Rendition } from './package.ts'
import type { CaptionRendition } from './packaging/caption-track.ts'
import type { Thumbnails } from './packaging/thumbnails.ts'

/** What a package offers beside picture and sound. */
export type Extras = { captions: readonly CaptionRendition[]; thumbnails: Thumbnails | null }

/** The multivariant playlist: every quality with what a player needs to choose before it fetches anything. */
export function masterPlaylist(
  renditions: Rendition[],
  audio: AudioRendition | null,
  { captions, thumbnails }: Extras = { captions: [], thumbnails: null },
): string {
  const sound = audio
    ? [
        `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="${audio.playlist}"`,
      ]
    : []
  const variants = renditions.flatMap((rendition) => {
    const attributes = [
      `BANDWIDTH=${rendition.bitrate + (audio?.bitrate ?? 0)}`,
      `AVERAGE-BANDWIDTH=${rendition.averageBitrate + (audio?.averageBitrate ?? 0)}`,
      `RESOLUTION=${rendition.width}x${rendition.height}`,
      `FRAME-RATE=${rendition.frameRate.toFixed(3)}`,
      `CODECS="${[rendition.codec, ...(audio ? [audio.codec] : [])].join(',')}"`,
      ...(audio ? ['AUDIO="audio"'] : []),
      ...(captions.length > 0 ? ['SUBTITLES="captions"'] : []),
    ]
    return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, rendition.playlist]
  })
  // For a phone in a pocket, or a line too thin for pictures.
  const soundAlone = audio
    ? [
        `#EXT-X-STREAM-INF:BANDWIDTH=${audio.bitrate},AVERAGE-BANDWIDTH=${audio.averageBitrate},CODECS="${audio.codec}",AUDIO="audio"`,
        audio.playlist,
      ]
    : []
  const texts = captions.map(
    ({ language, name, playlist }, index) =>
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="${quoted(name)}",LANGUAGE="${language}",DEFAULT=${index === 0 ? 'YES' : 'NO'},AUTOSELECT=YES,FORCED=NO,URI="${playlist}"`,
  )
  const pictures = thumbnails ? [imageStream(thumbnails)] : []
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...sound,
    ...texts,
    ...variants,
    ...soundAlone,
    ...pictures,
    '',
  ].join('\n')
}

function imageStream({
  width,
  height,
  columns,
  rows,
  everyMs,
  sheets,
  sizeBytes,
  playlist,
}: Thumbnails): string {
  const seconds = (everyMs * columns * rows * Math.max(1, sheets)) / 1000
  const bandwidth = Math.max(1, Math.round((sizeBytes * 8) / seconds))
  return `#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=${bandwidth},RESOLUTION=${width}x${height},CODECS="jpeg",URI="${playlist}"`
}

/** Names come from people, and a quoted string of a playlist cannot hold a quote. */
function quoted(text: string): string {
  return text.replaceAll('"', '”').replace(/[\r\n]+/g, ' ')
}
