import type { AudioRendition, Rendition } from './package.ts'

/** The multivariant playlist: every quality with what a player needs to choose before it fetches anything. */
export function masterPlaylist(renditions: Rendition[], audio: AudioRendition | null): string {
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
    ]
    return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, rendition.playlist]
  })
  return ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', ...sound, ...variants, ''].join('\n')
}
