import { even } from './picture.ts'
import type { Probe } from './probe.ts'

/** One quality of a package. */
export type Rung = {
  /** By the short side, as people say it: `1080p`. */
  name: string
  width: number
  height: number
  /** The most that the encoder may spend, in bits per second. */
  maxBitRate: number
}

/** `few`: the source's size and two or three below, which serve nearly everybody. `all`: every standard size. */
export type LadderSizes = 'few' | 'all'

const lowerSides = [1080, 720, 480, 360, 240]
const shortSides = [2160, 1440, ...lowerSides]

// Bits per second that look clean at 30 frames per second with x264; capped constant quality stays below on easy pictures.
const maxBitRates: Record<number, number> = {
  2160: 14_000_000,
  1440: 9_000_000,
  1080: 5_500_000,
  720: 3_000_000,
  480: 1_400_000,
  360: 800_000,
  240: 400_000,
}

/**
 * The qualities a package offers: the source's own size first (at most 2160), then two smaller ones, three below
 * 1440p and more. Nothing is ever enlarged, and upright and landscape pictures are treated alike, by their short side.
 * `maxHeight` (default 2160) limits the short side of the largest. `sizes: 'all'` offers every standard size from
 * the source's own down to 240.
 */
export function planLadder(
  probe: Pick<Probe, 'width' | 'height' | 'video'>,
  options: { maxHeight?: number; sizes?: LadderSizes } = {},
): Rung[] {
  const short = Math.min(probe.width, probe.height)
  const top = Math.min(short, 2160, options.maxHeight ?? 2160)
  const lower = options.sizes === 'all' ? shortSides : lowerSides
  const smaller = lower.filter((side) => side <= top * 0.8)
  const below = options.sizes === 'all' ? smaller : smaller.slice(0, top > 1080 ? 3 : 2)
  const rate = probe.video[0]?.frameRate ?? { num: 30, den: 1 }
  const isFast = rate.num / rate.den > 40
  return [top, ...below].map((side) => {
    const scale = side / short
    const size = { width: floorEven(probe.width * scale), height: floorEven(probe.height * scale) }
    return {
      name: `${side}p`,
      ...size,
      maxBitRate: Math.round(bitRateFor(side) * (isFast ? 1.5 : 1)),
    }
  })
}

/** The budget of the standard size at or above. */
export function bitRateFor(shortSide: number): number {
  const standard = shortSides.toReversed().find((side) => side >= shortSide) ?? 2160
  return maxBitRates[standard]!
}

// Down, not to the nearest: a 101 pixel side must not become 102.
function floorEven(value: number): number {
  const rounded = even(value)
  return rounded > value + 0.001 ? Math.max(2, rounded - 2) : rounded
}
