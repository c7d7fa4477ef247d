import type { RawVideo } from '../../platform/ffmpeg/raw-probe.ts'
import type { VideoTrack } from './probe.ts'

/** The size a player shows: square pixels, turned upright. */
export function uprightSize(video: Pick<RawVideo, 'width' | 'height' | 'pixelAspect' | 'rotation'>): {
  width: number
  height: number
} {
  const { num, den } = video.pixelAspect
  const width = num > 0 && den > 0 && num !== den ? Math.round((video.width * num) / den) : video.width
  const isTurned = video.rotation === 90 || video.rotation === 270
  return isTurned ? { width: video.height, height: width } : { width, height: video.height }
}

/** The filters that turn a coded picture upright; none for a picture that already is. */
export function uprightFilters(rotation: number): string[] {
  if (rotation === 90) return ['transpose=clock']
  if (rotation === 180) return ['hflip', 'vflip']
  if (rotation === 270) return ['transpose=cclock']
  return []
}

/**
 * The filters that bring high dynamic range to what every screen can show (BT.709, 100 nits), by a curve that keeps
 * highlights. Expensive, so it is applied after scaling down.
 */
export function toneMapFilters(track: Pick<VideoTrack, 'dynamicRange'>): string[] {
  if (track.dynamicRange === 'sdr') return []
  return [
    'zscale=transfer=linear:npl=100',
    'format=gbrpf32le',
    'zscale=primaries=bt709',
    'tonemap=tonemap=hable:desat=0',
    'zscale=transfer=bt709:matrix=bt709:range=limited',
  ]
}

/** Scales to an exact size with square pixels. */
export function scaleFilter(size: { width: number; height: number }): string {
  return `scale=${size.width}:${size.height}:flags=bicubic,setsar=1`
}

/** Shrinks a size, never enlarges it, so that it is at most `width` wide; both sides even, as video encoders want. */
export function fitWidth(
  size: { width: number; height: number },
  width: number,
): { width: number; height: number } {
  const scale = Math.min(1, width / size.width)
  return { width: even(size.width * scale), height: even(size.height * scale) }
}

/** The nearest even number, at least 2. */
export function even(value: number): number {
  return Math.max(2, Math.round(value / 2) * 2)
}
