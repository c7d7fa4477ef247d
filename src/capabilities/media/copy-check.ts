import type { PacketsResult } from '../../platform/ffmpeg/plan.ts'
import type { Rung } from './ladder.ts'
import type { Probe } from './probe.ts'

const longestGopMs = 4_000
/** How far above our own budget the source may be and still be sent as it is. */
const bitRateSlack = 1.6

/**
 * Whether the top quality may be the source's own packets, by what the header says.
 * Returns the reason why not, or undefined when its packets are worth a look.
 */
export function reasonNotToCopy(probe: Probe, top: Rung): string | undefined {
  const video = probe.video[0]!
  if (video.codec !== 'h264') return `the video is ${video.codec}, not H.264`
  if (video.pixelFormat !== 'yuv420p') return `the pixel format is ${video.pixelFormat}`
  if (video.rotation !== 0) return 'the picture is stored turned'
  if (video.codedWidth !== top.width || video.codedHeight !== top.height) {
    return 'the picture is too large, odd in size or has pixels that are not square'
  }
  if (video.bitRate > top.maxBitRate * bitRateSlack) {
    return `its ${Math.round(video.bitRate / 1000)} kbit/s are too many for streaming`
  }
  return undefined
}

/** The same question about the packets: every key frame must start a closed group of pictures, at most 4 s long. */
export function reasonNotToCopyPackets(all: PacketsResult, idr: PacketsResult): string | undefined {
  const keys = all.ptsMs.filter((_, index) => all.isKey[index])
  if (!all.isKey[0]) return 'it does not begin with a key frame'
  if (idr.ptsMs.length < keys.length) return 'some groups of pictures are open'
  const endMs = Math.max(
    ...lastFew(all.ptsMs).map((pts, index) => pts + (lastFew(all.durationsMs)[index] ?? 0)),
  )
  const longest = Math.max(...keys.map((key, index) => (keys[index + 1] ?? endMs) - key))
  if (longest > longestGopMs + 50) return `key frames are up to ${(longest / 1000).toFixed(1)} s apart`
  return undefined
}

function lastFew(values: number[]): number[] {
  return values.slice(-32)
}
