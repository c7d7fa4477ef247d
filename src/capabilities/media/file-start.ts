// Texts that name other files: HLS, DASH, PLS, FFmpeg's concat lists, SMIL, XSPF, ASX, session descriptions.
const playlistStarts = [
  /^#EXT/i,
  /^ffconcat/i,
  /^\[playlist\]/i,
  /^\[reference\]/i,
  /^RTSPtext/i,
  /^v=0\r?\n/,
  /^(https?|file|rtsp|rtmp|concat|ftp):/i,
  /^(<\?xml[^>]*\?>\s*)?(<!--.*?-->\s*)*<(MPD|smil|playlist|asx|SmoothStreamingMedia)\b/is,
]

/** Whether the first bytes are of a text that points to other files. */
export function looksLikePlaylist(start: Buffer): boolean {
  const text = start
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
  return playlistStarts.some((pattern) => pattern.test(text))
}

/** Whether the first bytes are those of a container of recordings, even if the rest is missing or damaged. */
export function startsLikeMedia(start: Buffer): boolean {
  const boxName = start.toString('latin1', 4, 8)
  if (['ftyp', 'moov', 'mdat', 'wide', 'moof', 'styp'].includes(boxName)) return true
  const magic = start.toString('hex', 0, 4)
  // Matroska and WebM, RIFF (AVI, WAV), FLV, Ogg, MXF, ASF.
  return ['1a45dfa3', '52494646', '464c5601', '4f676753', '060e2b34', '3026b275'].includes(magic)
}
