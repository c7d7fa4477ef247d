import { mix } from './easing.ts'
import type { Box, Ctx } from './kit.ts'

export type Point = { x: number; y: number }

const outlinePoints = 96

/** Points along a circle, a polygon or a star, all of the same number, so that one can turn into the other. */
export function outline(
  kind: 'circle' | 'square' | 'triangle' | 'hexagon' | 'star' | 'drop',
  radius: number,
): Point[] {
  const corners = { circle: 0, square: 4, triangle: 3, hexagon: 6, star: 10, drop: 0 }[kind]
  return Array.from({ length: outlinePoints }, (_, index) => {
    const turn = (index / outlinePoints) * Math.PI * 2 - Math.PI / 2
    const reach = corners === 0 ? radius * (kind === 'drop' ? 1 + 0.14 * Math.sin(turn * 3) : 1) : 0
    if (corners === 0) return { x: Math.cos(turn) * reach, y: Math.sin(turn) * reach }
    const place = (index / outlinePoints) * corners
    const from = corner(kind, Math.floor(place), corners, radius)
    const to = corner(kind, Math.floor(place) + 1, corners, radius)
    return { x: mix(from.x, to.x, place % 1), y: mix(from.y, to.y, place % 1) }
  })
}

function corner(kind: string, index: number, corners: number, radius: number): Point {
  const turn = (index / corners) * Math.PI * 2 - Math.PI / 2 + (kind === 'square' ? Math.PI / 4 : 0)
  const reach = kind === 'star' && index % 2 === 1 ? radius * 0.48 : radius * (kind === 'square' ? 1.1 : 1)
  return { x: Math.cos(turn) * reach, y: Math.sin(turn) * reach }
}

/** The shape that is `t` of the way from one outline to the other. */
export function morph(from: readonly Point[], to: readonly Point[], t: number): Point[] {
  return from.map((point, index) => ({
    x: mix(point.x, to[index]!.x, t),
    y: mix(point.y, to[index]!.y, t),
  }))
}

/** Adds a closed shape to the current path. */
export function tracePoints(ctx: Ctx, points: readonly Point[], x: number, y: number): void {
  points.forEach((point, index) =>
    index === 0 ? ctx.moveTo(x + point.x, y + point.y) : ctx.lineTo(x + point.x, y + point.y),
  )
  ctx.closePath()
}

export function fillBox(ctx: Ctx, box: Box, radius: number): void {
  ctx.beginPath()
  ctx.roundRect(box.x, box.y, box.width, box.height, Math.min(radius, box.width / 2, box.height / 2))
  ctx.fill()
}

/** Draws the first `t` of a line, as a pen would. */
export function writeOn(ctx: Ctx, points: readonly Point[], t: number): Point {
  const first = points[0]!
  if (t <= 0) return first
  const lengths = points
    .slice(1)
    .map((point, index) => Math.hypot(point.x - points[index]!.x, point.y - points[index]!.y))
  let left = lengths.reduce((sum, length) => sum + length, 0) * Math.min(1, t)
  ctx.beginPath()
  ctx.moveTo(first.x, first.y)
  let tip = first
  for (const [index, length] of lengths.entries()) {
    const to = points[index + 1]!
    const share = length === 0 ? 1 : Math.min(1, left / length)
    tip = { x: mix(points[index]!.x, to.x, share), y: mix(points[index]!.y, to.y, share) }
    ctx.lineTo(tip.x, tip.y)
    left -= length
    if (left <= 0) break
  }
  ctx.stroke()
  return tip
}

/** Points of a soft curve between two points that leaves and arrives along `axis`. */
export function curve(from: Point, to: Point, axis: 'x' | 'y'): Point[] {
  const a = axis === 'x' ? { x: mix(from.x, to.x, 0.5), y: from.y } : { x: from.x, y: mix(from.y, to.y, 0.5) }
  const b = axis === 'x' ? { x: mix(from.x, to.x, 0.5), y: to.y } : { x: to.x, y: mix(from.y, to.y, 0.5) }
  return Array.from({ length: 25 }, (_, index) => {
    const t = index / 24
    const s = 1 - t
    const at = (p: number, q: number, r: number, u: number) =>
      s ** 3 * p + 3 * s * s * t * q + 3 * s * t * t * r + t ** 3 * u
    return { x: at(from.x, a.x, b.x, to.x), y: at(from.y, a.y, b.y, to.y) }
  })
}

/** A pen stroke under a word, a little uneven. */
export function underline(x: number, y: number, width: number, sag: number): Point[] {
  return Array.from({ length: 17 }, (_, index) => {
    const t = index / 16
    return { x: x + width * t, y: y + Math.sin(t * Math.PI * 1.15 + 0.3) * sag }
  })
}
