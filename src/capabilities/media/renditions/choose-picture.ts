import type { FrameRate } from '../../../kernel/time.ts'
import { even } from '../picture.ts'
import { type PlatformLimits, platformLimits } from '../platform-limits.ts'
import type { Probe } from '../probe.ts'
import { renditionErrors } from './errors.ts'
import { framesPerSecond, isSameRate, nearestStandardRate, standardRates } from './frame-rates.ts'
import type { Preset } from './presets.ts'

export type Size = { width: number; height: number }

/** How the picture of a rendition shall be. */
export type PictureChoice = {
  /** Of the file. */
  size: Size
  /** Of the source's picture in it: smaller than `size` when it stands before blurred sides or black bars. */
  inner: Size
  surround: 'none' | 'blur' | 'black'
  /** Frames are repeated or left out to this even rate; undefined keeps them and their times. */
  conformTo: FrameRate | undefined
  /** The rate that comes out. */
  frameRate: FrameRate
}

const fullHd = { width: 1920, height: 1080 }
/** Canvases shrink with small sources, so that nothing is enlarged, but not below this width. */
const narrowestCanvas = 540
const largestSide = 4096

/**
 * Chooses size, surround and frame rate. Nothing is enlarged except for DNxHD, which exists in fixed sizes only, and
 * for pictures below what a destination takes. Fails with `renditions.badShape`.
 */
export function choosePicture(probe: Probe, preset: Preset): PictureChoice {
  const rates = chooseRate(probe, preset)
  if (preset.kind === 'editing') {
    if (preset.codec === 'dnxhd') return { ...onCanvas(probe, fullHd), surround: 'black', ...rates }
    const size = { width: floorEven(probe.width), height: floorEven(probe.height) }
    return { size, inner: size, surround: 'none', ...rates }
  }
  const limits = platformLimits(preset.destination)
  if (preset.canvas && !fitsWithoutCanvas(probe, preset.canvas, limits)) {
    const canvas = shrinkCanvas(probe, preset.canvas)
    return { ...onCanvas(probe, canvas), surround: 'blur', ...rates }
  }
  assertShape(probe, limits, preset.title)
  const size = fitLimits(probe, limits)
  return { size, inner: size, surround: 'none', ...rates }
}

function chooseRate(probe: Probe, preset: Preset): Pick<PictureChoice, 'conformTo' | 'frameRate'> {
  const { frameRate, variableFrameRate } = probe.video[0]!
  const conform = (rate: FrameRate) => ({ conformTo: rate, frameRate: rate })
  if (preset.kind === 'editing') {
    const nearest = nearestStandardRate(frameRate)
    const isStandard = !variableFrameRate && isSameRate(nearest, frameRate)
    // Written even when nothing changes: editing systems want the exact fraction, not a container's rounding.
    return conform(isStandard ? nearest : nearestStandardRate(frameRate))
  }
  const { minFrameRate = 0, maxFrameRate = 60 } = platformLimits(preset.destination)
  const fps = framesPerSecond(frameRate)
  const isInside = fps >= minFrameRate - 0.05 && fps <= maxFrameRate + 0.05
  if (isInside && !variableFrameRate) return { conformTo: undefined, frameRate }
  const allowed = standardRates.filter((rate) => {
    const one = framesPerSecond(rate)
    return one >= minFrameRate && one <= maxFrameRate + 0.05
  })
  return conform(nearestStandardRate(frameRate, allowed))
}

function fitsWithoutCanvas(probe: Size, canvas: Size, limits: PlatformLimits): boolean {
  const aspect = probe.width / probe.height
  if (limits.maxAspect === 1) return aspect <= 1.001
  return Math.abs(aspect / (canvas.width / canvas.height) - 1) < 0.02
}

function shrinkCanvas(probe: Size, canvas: Size): Size {
  const enlarging = Math.min(canvas.width / probe.width, canvas.height / probe.height)
  const scale = Math.max(Math.min(1, 1 / enlarging), narrowestCanvas / canvas.width)
  return { width: floorEven(canvas.width * scale), height: floorEven(canvas.height * scale) }
}

function onCanvas(probe: Size, canvas: Size): { size: Size; inner: Size } {
  const scale = Math.min(canvas.width / probe.width, canvas.height / probe.height)
  return {
    size: canvas,
    inner: {
      width: Math.min(canvas.width, even(probe.width * scale)),
      height: Math.min(canvas.height, even(probe.height * scale)),
    },
  }
}

function assertShape(probe: Size, limits: PlatformLimits, title: string): void {
  const aspect = probe.width / probe.height
  const { minAspect = 0, maxAspect = Number.POSITIVE_INFINITY } = limits
  if (aspect >= minAspect * 0.99 && aspect <= maxAspect * 1.01) return
  throw renditionErrors.badShape(
    `${title} takes no picture of ${probe.width} × ${probe.height}: its width must be ${minAspect} to ${maxAspect} of its height.`,
    { detail: { minAspect, maxAspect, width: probe.width, height: probe.height } },
  )
}

/** The largest size of the same shape within the limits; enlarged only up to the smallest that is taken. */
function fitLimits(probe: Size, limits: PlatformLimits): Size {
  const short = Math.min(probe.width, probe.height)
  const long = Math.max(probe.width, probe.height)
  const { maxShortSide = 2160, maxLongSide = largestSide, minShortSide = 0 } = limits
  const largest = Math.min(1, maxShortSide / short, Math.min(maxLongSide, largestSide) / long)
  const scale = Math.max(largest, minShortSide / short)
  const width = floorEven(probe.width * scale)
  const height = floorEven(probe.height * scale)
  return minShortSide > short ? { width: even(width), height: even(height) } : { width, height }
}

// Down, not to the nearest: a 101 pixel side must not become 102.
function floorEven(value: number): number {
  return Math.max(2, Math.floor((value + 0.001) / 2) * 2)
}
