import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants'
import { Frame } from 'node-av/lib'
import { hold } from '../../../platform/ffmpeg/av-check.ts'
import type { TimeBase } from '../cutter/cut-plan.ts'
import { check } from '../cutter/libav.ts'
import { conversionFilters, needsToneMapping, openPictureFilters } from '../cutter/picture-conversion.ts'

export type Fit = {
  width: number
  height: number
  /** Name of the pixel format, as filters know it. */
  pixelFormat: string
  /** Shape of the target's pixels, width to height. */
  pixelAspect: { num: number; den: number }
  /** Degrees clockwise that a player would turn this picture, to be done here instead. */
  turn: number
}

/** The filters that put a picture into the target's frame: whole, in its own shape, black around it. */
export function fitFilters(
  picture: { width: number; height: number; pixelAspect: number; isHdr: boolean },
  fit: Fit,
): [string, string][] {
  const { width, height, pixelAspect } = fit
  const upright = turnFilters(fit.turn)
  const isTurned = fit.turn % 180 !== 0
  const source = isTurned
    ? { width: picture.height, height: picture.width, aspect: 1 / picture.pixelAspect }
    : { width: picture.width, height: picture.height, aspect: picture.pixelAspect }
  const target = pixelAspect.num / pixelAspect.den
  // Shape of the source's picture, counted in pixels of the target.
  const shape = (source.width * source.aspect) / (source.height * target)
  const isWide = shape > width / height
  const inner = isWide
    ? { width, height: even(width / shape, height) }
    : { width: even(height * shape, width), height }
  const mapping = picture.isHdr ? conversionFilters({ ...picture, isHdr: true }) : []
  return [
    ...mapping,
    ...upright,
    ['scale', `${inner.width}:${inner.height}:flags=bicubic`],
    ['pad', `${width}:${height}:(ow-iw)/2:(oh-ih)/2`],
    ['setsar', `${pixelAspect.num}/${pixelAspect.den}`],
    ['format', fit.pixelFormat],
  ]
}

function even(value: number, most: number): number {
  return Math.max(2, Math.min(most, Math.round(value / 2) * 2))
}

/** Turns a picture upright, as a player would. */
export function turnFilters(turn: number): [string, string][] {
  if (turn === 90) return [['transpose', 'clock']]
  if (turn === 180) {
    return [
      ['transpose', 'clock'],
      ['transpose', 'clock'],
    ]
  }
  return turn === 270 ? [['transpose', 'cclock']] : []
}

/** Fits pictures one by one; a change of size in the middle is followed. */
export function openFit(fit: Fit, clock: TimeBase): (frame: Frame, onFrame: (frame: Frame) => void) => void {
  let chain: (ReturnType<typeof openPictureFilters> & { looks: string }) | undefined
  return (frame, onFrame) => {
    const { num, den } = frame.sampleAspectRatio
    const pixelAspect = num > 0 && den > 0 ? num / den : 1
    const looks = `${frame.width}x${frame.height} ${frame.format} ${pixelAspect}`
    if (chain?.looks !== looks) {
      const { width, height } = frame
      const isHdr = needsToneMapping(frame)
      const steps = fitFilters({ width, height, pixelAspect, isHdr }, fit)
      chain = hold({ ...openPictureFilters(frame, clock, steps), looks })
    }
    check(chain.source.buffersrcAddFrameSync(frame), 'Fitting a picture')
    using fitted = new Frame()
    fitted.alloc()
    for (;;) {
      const got = chain.sink.buffersinkGetFrameSync(fitted)
      if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return
      check(got, 'Fitting a picture')
      onFrame(fitted)
      fitted.unref()
    }
  }
}
