import type { MsRange } from '../../kernel/ranges.ts'
import type { MetadataResult } from '../../platform/ffmpeg/plan.ts'
import type { SceneChange } from './analysis.ts'

/** The frame metadata that the picture graph measures. */
export const pictureKeys = {
  scene: 'lavfi.scd.score',
  change: 'lavfi.scd.mafd',
  brightness: 'lavfi.signalstats.YAVG',
  dark: 'lavfi.signalstats.YLOW',
  bright: 'lavfi.signalstats.YHIGH',
  blur: 'lavfi.blur',
} as const

/** From this score of the `scdet` filter on (of 100) a change of the picture is a change of scene. */
const sceneScore = 10
/** 8-bit video black is 16; noise and compression leave a little. */
const blackLuma = { average: 24, bright: 32 }

/** Changes of scene, the first picture never being one. */
export function findScenes(pictures: MetadataResult): SceneChange[] {
  return pictures.timesMs.flatMap((atMs, index) => {
    const score = pictures.values[pictureKeys.scene]![index]!
    if (index === 0 || !(score >= sceneScore)) return []
    return [{ atMs: Math.round(atMs), score: Number(Math.min(1, score / 100).toFixed(3)) }]
  })
}

/** Stretches from a black picture to the next one that is not black, or to the end. */
export function findBlack(pictures: MetadataResult, durationMs: number): MsRange[] {
  const ranges: MsRange[] = []
  let startMs: number | undefined
  for (const [index, timeMs] of pictures.timesMs.entries()) {
    if (isBlack(pictures, index)) startMs ??= Math.round(timeMs)
    else if (startMs !== undefined) {
      ranges.push({ startMs, endMs: Math.round(timeMs) })
      startMs = undefined
    }
  }
  if (startMs !== undefined && durationMs > startMs) ranges.push({ startMs, endMs: durationMs })
  return ranges
}

/** Mean difference between two pictures, in percent, up to which nothing moved: what compression leaves. */
const stillChange = 0.1
const leastFrozenMs = 4_000

/** Stretches of 4 s and more in which no picture differs from the one before; black ones are another matter. */
export function findFrozen(pictures: MetadataResult): MsRange[] {
  const ranges: MsRange[] = []
  let startMs: number | undefined
  const close = (endMs: number) => {
    if (startMs !== undefined && endMs - startMs >= leastFrozenMs)
      ranges.push({ startMs: Math.round(startMs), endMs: Math.round(endMs) })
    startMs = undefined
  }
  for (const [index, timeMs] of pictures.timesMs.entries()) {
    if (index === 0) continue
    const isStill = pictures.values[pictureKeys.change]![index]! <= stillChange && !isBlack(pictures, index)
    if (isStill) startMs ??= pictures.timesMs[index - 1]!
    else close(pictures.timesMs[index - 1]!)
    if (index === pictures.timesMs.length - 1) close(timeMs)
  }
  return ranges
}

function isBlack(pictures: MetadataResult, index: number): boolean {
  const { values } = pictures
  return (
    values[pictureKeys.brightness]![index]! <= blackLuma.average &&
    values[pictureKeys.bright]![index]! <= blackLuma.bright
  )
}

/**
 * The time of a picture that stands for the recording: sharp, neither black nor one flat colour, near a third of the
 * way in. Falls back to the least bad one.
 */
export function choosePoster(pictures: MetadataResult, durationMs: number): number {
  const rated = pictures.timesMs.map((timeMs, index) => {
    const contrast = pictures.values[pictureKeys.bright]![index]! - pictures.values[pictureKeys.dark]![index]!
    const blur = pictures.values[pictureKeys.blur]![index]!
    const faults =
      (isBlack(pictures, index) ? 100 : 0) +
      (contrast < 25 ? 20 : 0) +
      (Number.isNaN(blur) ? 10 : blur) +
      (8 * Math.abs(timeMs - durationMs / 3)) / Math.max(1, durationMs)
    return { timeMs, faults }
  })
  if (rated.length === 0) return 0
  return Math.round(rated.reduce((best, one) => (one.faults < best.faults ? one : best)).timeMs)
}
