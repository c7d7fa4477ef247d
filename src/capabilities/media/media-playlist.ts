/** What a media playlist of ours says. File names are relative to it. */
export type MediaPlaylist = {
  init: string
  segments: Array<{ file: string; durationMs: number }>
  isComplete: boolean
}

/** Reads a media playlist that our own packager wrote. */
export function readMediaPlaylist(text: string): MediaPlaylist {
  const playlist: MediaPlaylist = { init: '', segments: [], isComplete: false }
  let durationMs = 0
  for (const line of text.split('\n')) {
    const map = /^#EXT-X-MAP:URI="([^"]+)"/.exec(line)
    const info = /^#EXTINF:([\d.]+)/.exec(line)
    if (map) playlist.init = map[1]!
    else if (info) durationMs = Number(info[1]) * 1000
    else if (line.startsWith('#EXT-X-ENDLIST')) playlist.isComplete = true
    else if (line !== '' && !line.startsWith('#')) playlist.segments.push({ file: line, durationMs })
  }
  return playlist
}
