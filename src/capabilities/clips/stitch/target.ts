import type { CodecParameters } from 'node-av/lib'
import { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P } from 'node-av/constants'
import { toneMapped } from '../cutter/whole-video.ts'
import type { TimeBase } from '../cutter/cut-plan.ts'
import { type Rate, isSameRate } from './frame-rate.ts'
import type { ScannedPart } from './scan-part.ts'

/** What all parts have to look like: the first part decides. */
export type Target = {
  width: number
  height: number
  rate: Rate
  /** The description that others are compared with, and encoders take colours from. */
  picture: CodecParameters
  /** Carried only when all parts are turned alike; else turned parts are set upright. */
  matrix: Buffer | null
  clock: TimeBase
  sound: { sampleRate: number; channels: number; like: CodecParameters } | undefined
}

export function chooseTarget(parts: readonly ScannedPart[]): Target {
  const first = parts[0]!
  const isAlike = parts.every((part) => sameBytes(part.matrix, first.matrix))
  const isTurned = !isAlike && turnOf(first.matrix) % 180 !== 0
  const { width, height } = first.picture
  const sound = parts.find((part) => part.sound)?.sound
  return {
    width: (isTurned ? height : width) & ~1,
    height: (isTurned ? width : height) & ~1,
    rate: first.rate,
    picture: toneMapped(first.picture),
    matrix: isAlike ? first.matrix : null,
    clock: commonClock(parts.map(({ timeBase }) => timeBase)),
    sound: sound && { sampleRate: sound.sampleRate, channels: sound.channels, like: sound },
  }
}

/** Why this part's pictures have to be encoded to stand beside the target's, or null. */
export function whyNotAlike(part: ScannedPart, target: Target): string | null {
  const { picture } = part
  if (!sameBytes(part.matrix, target.matrix)) return 'it is turned differently'
  if (picture.width !== target.width || picture.height !== target.height) return 'its size differs'
  if (!isSameRate(part.rate, target.rate)) return 'its frame rate differs'
  const plain: number[] = [AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P]
  const wish = target.picture
  if (picture.format !== wish.format || !plain.includes(picture.format)) return 'its pixel format differs'
  if (aspect(picture) !== aspect(wish)) return 'the shape of its pixels differs'
  const hasSameColours =
    picture.colorRange === wish.colorRange &&
    picture.colorSpace === wish.colorSpace &&
    picture.colorTrc === wish.colorTrc &&
    picture.colorPrimaries === wish.colorPrimaries
  return hasSameColours ? null : 'its colours are tagged differently'
}

function aspect({ sampleAspectRatio }: CodecParameters): number {
  return (sampleAspectRatio.num || 1) / (sampleAspectRatio.den || 1)
}

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b)
}

/** Degrees clockwise that a display matrix turns the picture: 0, 90, 180 or 270. */
export function turnOf(matrix: Buffer | null): number {
  if (!matrix || matrix.length < 8) return 0
  const turn = Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0)) / (Math.PI / 2)
  return ((Math.round(turn) + 4) % 4) * 90
}

/** MP4 stores the clock in 32 bits; beyond this a long film would overflow its readers. */
const finestClock = 10_000_000

/** A clock that counts every part's times exactly, where there is one that is not too fine. */
export function commonClock(clocks: readonly TimeBase[]): TimeBase {
  let den = 1
  for (const clock of clocks) {
    if (clock.num !== 1) return { num: 1, den: 90_000 }
    den = (den / greatestCommonDivisor(den, clock.den)) * clock.den
    if (den > finestClock) return { num: 1, den: 90_000 }
  }
  return { num: 1, den }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

export function convertTicks(value: number, from: TimeBase, to: TimeBase): number {
  return Math.round((value * from.num * to.den) / (from.den * to.num))
}
