import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cutPlaylistClip } from '../src/capabilities/clips/index.ts'
import { packHls } from '../test/fixtures/hls-package.ts'
import { startHlsServer } from '../test/servers/hls-server.ts'
import { type Line, median } from './line.ts'

const lengthMs = 60_000
/** Starts in the middle of a segment, as cuts do. */
const fromMs = 301_033
const turns = 5

type Programme = { recording: string; folder: string }

/**
 * A minute out of HLS programmes on a server: what is read against the segments that cover it, and whether the length
 * of the programme matters. The recordings are given; transport streams and fragmented MP4 with sound of its own.
 */
export async function benchHlsClips(
  dir: string,
  recordings: { tenMinutes: string; threeHours?: string },
): Promise<Line[]> {
  const short: Programme = { recording: recordings.tenMinutes, folder: join(dir, 'hls-10min') }
  const lines: Line[] = []
  for (const [name, kind] of [
    ['TS', { type: 'mpegts' }],
    ['fMP4, sound of its own', { type: 'fmp4', hasOwnSound: true }],
  ] as const) {
    const folder = `${short.folder}-${kind.type}`
    await packHls(short.recording, folder, kind)
    const { bytesRead } = await cutOnce(dir, folder, kind.type === 'fmp4' ? 'master.m3u8' : 'index.m3u8')
    const { covering, oneMore, playlists } = await bytesOf(folder, kind.type === 'fmp4')
    lines.push({
      what: `60 s clip of an HLS programme by address (${name}): segments read`,
      value: (bytesRead - playlists) / covering,
      unit: '× the covering segments',
      target: `≤ ${((covering + oneMore) / covering).toFixed(3)} (one more)`,
      isMet: bytesRead - playlists <= covering + oneMore,
      note: `${(bytesRead / 1e6).toFixed(1)} MB in all`,
    })
  }
  if (!recordings.threeHours) return lines
  const long = join(dir, 'hls-3h')
  await packHls(recordings.threeHours, long, { type: 'mpegts' })
  const times: { short: number[]; long: number[] } = { short: [], long: [] }
  // In turns, so that a busy moment of the machine falls on both.
  for (let turn = 0; turn < turns; turn++) {
    times.short.push((await cutOnce(dir, `${short.folder}-mpegts`, 'index.m3u8')).wallMs)
    times.long.push((await cutOnce(dir, long, 'index.m3u8')).wallMs)
  }
  const value = median(times.long) / median(times.short)
  lines.push({
    what: '60 s clip of an HLS programme of 3 h by address: wall time',
    value,
    unit: '× the 10 min one',
    target: '≤ 1.2',
    isMet: value <= 1.2,
    note: `${(median(times.long) / 1000).toFixed(2)} s`,
  })
  return lines
}

async function cutOnce(dir: string, folder: string, playlist: string) {
  const server = await startHlsServer(folder)
  try {
    const startedAt = performance.now()
    const url = `${server.url}/${playlist}`
    const { bytesRead } = await cutPlaylistClip({
      place: { kind: 'url', url, allow: ['127.0.0.1'], hosts: [] },
      outPath: join(dir, 'hls-clip.mp4'),
      startMs: fromMs,
      endMs: fromMs + lengthMs,
      nice: 0,
    })
    return { bytesRead, wallMs: performance.now() - startedAt }
  } finally {
    await server.close()
  }
}

/** Bytes of the segments that cover the range, of the largest one, and of the playlists and initialization sections. */
async function bytesOf(folder: string, hasOwnSound: boolean) {
  const tracks = hasOwnSound ? ['v', 'audio'] : ['.']
  let [covering, oneMore, playlists] = [0, 0, 0]
  for (const track of tracks) {
    const place = join(folder, track)
    const text = await readFile(join(place, 'index.m3u8'), 'utf8')
    const pairs = [...text.matchAll(/#EXTINF:([\d.]+),.*\n(\S+)/g)]
    let at = 0
    for (const [, duration, name] of pairs) {
      const { size } = await stat(join(place, name!))
      const endMs = at + Number(duration) * 1000
      if (at < fromMs + lengthMs && endMs > fromMs) covering += size
      if (at < fromMs + lengthMs + 4_000 && endMs > fromMs - 4_000) oneMore = Math.max(oneMore, size)
      at = endMs
    }
    for (const name of await readdir(place)) {
      if (/\.m3u8$|^init/.test(name)) playlists += (await stat(join(place, name))).size
    }
  }
  if (hasOwnSound) playlists += (await stat(join(folder, 'master.m3u8'))).size
  return { covering, oneMore, playlists }
}
