import type { CropPoint } from './reframe.ts'

/** What was seen in one picture: how much there is to look at along the side that is cut, in as many bins each time. */
export type Sample = { atMs: number; bins: Float64Array; isSceneStart: boolean }

/** Places that the middle of the window can take, and what moving it costs against what is seen there. */
const places = 61
const moveCost = 0.35
const accelerationMs = 700
/** Points closer to a straight line than this are left out: two pixels of a Full HD picture. */
const tolerance = 0.001

/**
 * Where a window of `share` of the side goes so that it keeps what there is to look at, calmly: it rests while the
 * subject stays inside, glides after it otherwise, and jumps only where the scene changes. Pure.
 */
export function planCropPath(samples: readonly Sample[], share: number): CropPoint[] {
  const path: CropPoint[] = []
  let from = 0
  for (let index = 1; index <= samples.length; index++) {
    if (index < samples.length && !samples[index]!.isSceneStart) continue
    const scene = samples.slice(from, index)
    const points = simplify(smooth(scene, followScene(scene, share)))
    for (const [at, point] of points.entries()) {
      path.push(at === 0 && path.length > 0 ? { ...point, isJump: true } : point)
    }
    from = index
  }
  return path.length > 0 ? path : [{ atMs: 0, at: 0.5 }]
}

/** The best way through the places, by what is seen from each and how far the window moves. */
function followScene(scene: readonly Sample[], share: number): number[] {
  const seen = scene.map(({ bins }) =>
    Array.from({ length: places }, (_, place) => worth(bins, place, share)),
  )
  let best = seen[0]!
  const cameFrom: number[][] = []
  for (const now of seen.slice(1)) {
    const from: number[] = []
    best = now.map((value, place) => {
      let top = Number.NEGATIVE_INFINITY
      for (const [before, worthBefore] of best.entries()) {
        const moved = worthBefore - moveCost * Math.abs(place - before) * (10 / places)
        if (moved > top) {
          top = moved
          from[place] = before
        }
      }
      return top + value
    })
    cameFrom.push(from)
  }
  let place = best.indexOf(Math.max(...best))
  const way = [place]
  for (const from of cameFrom.toReversed()) {
    place = from[place]!
    way.push(place)
  }
  return way.toReversed().map((one) => middleOf(one, share))
}

/** The middle of the window at a place: the first one at one end of the picture, the last one at the other. */
function middleOf(place: number, share: number): number {
  return share / 2 + (place / (places - 1)) * (1 - share)
}

/** What a window sees; what lies near its edges counts less, so that subjects come to its middle. */
function worth(bins: Float64Array, place: number, share: number): number {
  const middle = middleOf(place, share)
  let sum = 0
  for (const [index, value] of bins.entries()) {
    const distance = Math.abs((index + 0.5) / bins.length - middle) / (share / 2)
    if (distance < 1) sum += value * Math.min(1, 1.6 - 1.2 * distance)
  }
  return sum
}

/** Rounds off starts and stops with a bell of a good half second. */
function smooth(scene: readonly Sample[], way: readonly number[]): CropPoint[] {
  return scene.map(({ atMs }, index) => {
    let sum = 0
    let weights = 0
    for (let other = 0; other < scene.length; other++) {
      const distance = (scene[other]!.atMs - atMs) / accelerationMs
      if (Math.abs(distance) > 3) continue
      const weight = Math.exp(-(distance ** 2) * 2)
      sum += way[other]! * weight
      weights += weight
    }
    return { atMs: Math.round(atMs), at: Math.round((sum / weights || way[index]!) * 1e4) / 1e4 }
  })
}

/** Leaves out points that lie on the line between others (Douglas and Peucker). */
function simplify(points: CropPoint[]): CropPoint[] {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || points.length < 3) return points
  let worst = 0
  let at = 0
  for (const [index, point] of points.entries()) {
    const share = (point.atMs - first.atMs) / (last.atMs - first.atMs || 1)
    const off = Math.abs(point.at - (first.at + share * (last.at - first.at)))
    if (off > worst) [worst, at] = [off, index]
  }
  if (worst <= tolerance) return first.at === last.at ? [first] : [first, last]
  return [...simplify(points.slice(0, at + 1)).slice(0, -1), ...joint(points, at)]
}

function joint(points: CropPoint[], at: number): CropPoint[] {
  const rest = simplify(points.slice(at))
  return rest[0] === points[at] ? rest : [points[at]!, ...rest]
}

/** Where the middle of the window is at a time: on the line between the points around it. Pure. */
export function cropAt(path: readonly CropPoint[], atMs: number): number {
  const next = path.findIndex((point) => point.atMs > atMs)
  if (next === 0) return path[0]!.at
  if (next < 0) return path.at(-1)!.at
  const [a, b] = [path[next - 1]!, path[next]!]
  if (b.isJump) return a.at
  return a.at + ((b.at - a.at) * (atMs - a.atMs)) / (b.atMs - a.atMs)
}
