import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { readable } from '../colour.ts'
import { cuesFor } from '../cues.ts'
import { easeInOut, easeOutBack, progress } from '../easing.ts'
import { drawHeading } from '../heading.ts'
import { type Box, type Kit, type Moment, around, withAlpha } from '../kit.ts'
import { curve, fillBox, type Point, writeOn } from '../shapes.ts'
import { applyFont, drawText, setText } from '../text.ts'

type Flow = SceneOf<'flow'>

/** In which row each node stands: one after the last of those that lead to it. Undefined when the arrows run in a circle. */
export function layersOf(nodes: Flow['nodes'], edges: Flow['edges']): Map<string, number> | undefined {
  const layer = new Map(nodes.map(({ id }) => [id, 0]))
  for (let round = 0; round <= nodes.length; round++) {
    let hasChanged = false
    for (const { from, to } of edges) {
      const wanted = (layer.get(from) ?? 0) + 1
      if ((layer.get(to) ?? 0) >= wanted) continue
      layer.set(to, wanted)
      hasChanged = true
    }
    if (!hasChanged) return layer
  }
  return undefined
}

/** Boxes with arrows between them; each arrow is drawn to its box, and a spark runs along it after. */
export function drawFlow(kit: Kit, scene: Flow, at: Moment): void {
  const rest = drawHeading(kit, scene.title, at)
  const boxes = kit.memo('boxes', () =>
    scene.layout === 'circle' ? circle(kit, scene, rest) : layers(kit, scene, rest),
  )
  const cues = kit.memo('cues', () =>
    cuesFor(
      scene.nodes.map(({ text }) => text),
      at,
    ),
  )
  const cueOf = (id: string) => cues[scene.nodes.findIndex((node) => node.id === id)]!
  for (const edge of scene.edges) {
    const fromMs = Math.max(cueOf(edge.from), cueOf(edge.to) - 420)
    drawEdge(kit, boxes, edge, scene.layout, at, fromMs)
  }
  scene.nodes.forEach((node, index) =>
    drawNode(kit, node.text, boxes.get(node.id)!, at, index === 0 ? -200 : cues[index]!, index),
  )
}

function layers(kit: Kit, scene: Flow, area: Box): Map<string, Box> {
  const layer = layersOf(scene.nodes, scene.edges) ?? new Map(scene.nodes.map(({ id }, index) => [id, index]))
  const rows = Math.max(...layer.values()) + 1
  const isDown = kit.height >= kit.width
  const boxes = new Map<string, Box>()
  for (let row = 0; row < rows; row++) {
    const members = scene.nodes.filter(({ id }) => layer.get(id) === row)
    members.forEach((node, index) => {
      const long = (isDown ? area.height : area.width) / rows
      const wide = (isDown ? area.width : area.height) / members.length
      const gap = Math.min((isDown ? 80 : 100) * kit.unit, long * 0.36)
      const depth = Math.min(long - gap, (isDown ? 200 : 420) * kit.unit)
      const breadth = Math.min(wide - 40 * kit.unit, (isDown ? 700 : 220) * kit.unit)
      const alongRow = index * wide + (wide - breadth) / 2
      const place = kit.isRightToLeft && !isDown ? rows - 1 - row : row
      const alongAll = place * long + (long - depth) / 2
      boxes.set(
        node.id,
        isDown
          ? { x: area.x + alongRow, y: area.y + alongAll, width: breadth, height: depth }
          : { x: area.x + alongAll, y: area.y + alongRow, width: depth, height: breadth },
      )
    })
  }
  return boxes
}

function circle(kit: Kit, scene: Flow, area: Box): Map<string, Box> {
  const width = Math.min(area.width * 0.34, 400 * kit.unit)
  const height = Math.min(area.height * 0.2, 190 * kit.unit)
  return new Map(
    scene.nodes.map(({ id }, index) => {
      const turn = (index / scene.nodes.length) * Math.PI * 2 - Math.PI / 2
      const x = area.x + area.width / 2 + (Math.cos(turn) * (area.width - width)) / 2
      const y = area.y + area.height / 2 + (Math.sin(turn) * (area.height - height)) / 2
      return [id, { x: x - width / 2, y: y - height / 2, width, height }] as const
    }),
  )
}

function drawNode(kit: Kit, text: string, box: Box, at: Moment, cue: number, index: number): void {
  const { ctx, unit, theme } = kit
  const t = progress(at.ms, cue, 520)
  const palette = [theme.accent, theme.accent2, theme.accent3]
  around(kit, { x: box.x + box.width / 2, y: box.y + box.height / 2, scale: easeOutBack(t) }, () => {
    ctx.translate(-box.x - box.width / 2, -box.y - box.height / 2)
    withAlpha(kit, Math.min(1, t * 3), () => {
      ctx.fillStyle = theme.surface
      fillBox(ctx, box, Math.max(theme.radius, 8) * unit)
      ctx.strokeStyle =
        palette[index % palette.length] === theme.surface ? theme.accent : palette[index % palette.length]!
      ctx.lineWidth = 7 * unit
      ctx.beginPath()
      const round = Math.max(theme.radius, 8) * unit
      ctx.roundRect(box.x, box.y, box.width, box.height, Math.min(round, box.height / 2))
      ctx.stroke()
      const inner = {
        x: box.x + 26 * unit,
        y: box.y + 14 * unit,
        width: box.width - 52 * unit,
        height: box.height - 28 * unit,
      }
      const setting = { role: 'body', weight: 700, size: 54, minSize: 22, align: 'center' } as const
      drawText(
        kit,
        setText(kit, text, inner, setting),
        setting,
        theme.surfaceInk,
        readable(theme.surface, theme.accent, theme.accent2),
      )
    })
  })
}

function drawEdge(
  kit: Kit,
  boxes: Map<string, Box>,
  edge: Flow['edges'][number],
  layout: Flow['layout'],
  at: Moment,
  fromMs: number,
): void {
  const { ctx, unit, theme } = kit
  const a = boxes.get(edge.from)!
  const b = boxes.get(edge.to)!
  const t = easeInOut(progress(at.ms, fromMs, 520))
  if (t <= 0) return
  const axis = layout === 'circle' ? undefined : kit.height >= kit.width ? 'y' : 'x'
  const from = leave(a, b)
  const to = leave(b, a)
  const points = axis ? curve(from, to, axis) : [from, to]
  ctx.strokeStyle = theme.muted
  ctx.lineWidth = 6 * unit
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  const tip = writeOn(ctx, points, t)
  const before = points[Math.max(0, Math.min(points.length - 2, Math.floor(t * (points.length - 1)) - 1))]!
  arrow(kit, tip, Math.atan2(tip.y - before.y, tip.x - before.x))
  if (t === 1) {
    const place = ((at.ms - fromMs) / 1_600) % 1
    const at24 = place * (points.length - 1)
    const p = points[Math.floor(at24)]!
    const q = points[Math.min(points.length - 1, Math.floor(at24) + 1)]!
    ctx.fillStyle = theme.accent
    ctx.beginPath()
    ctx.arc(p.x + (q.x - p.x) * (at24 % 1), p.y + (q.y - p.y) * (at24 % 1), 12 * unit, 0, Math.PI * 2)
    ctx.fill()
  }
  if (!edge.label) return
  withAlpha(kit, t, () => {
    applyFont(kit, { role: 'body', weight: 600 }, 34 * unit)
    ctx.fillStyle = theme.muted
    ctx.fillText(edge.label!, (from.x + to.x) / 2 + 20 * unit, (from.y + to.y) / 2 + 10 * unit)
  })
}

/** Where the line from one box to the other leaves the first. */
function leave(box: Box, other: Box): Point {
  const x = box.x + box.width / 2
  const y = box.y + box.height / 2
  const dx = other.x + other.width / 2 - x
  const dy = other.y + other.height / 2 - y
  const isSideways = Math.abs(dx) * box.height > Math.abs(dy) * box.width
  return isSideways
    ? { x: x + (Math.sign(dx) * box.width) / 2 + Math.sign(dx) * 6, y }
    : { x, y: y + (Math.sign(dy) * box.height) / 2 + Math.sign(dy) * 6 }
}

function arrow(kit: Kit, at: Point, turn: number): void {
  const size = 24 * kit.unit
  around(kit, { x: at.x, y: at.y, turn }, () => {
    kit.ctx.fillStyle = kit.theme.muted
    kit.ctx.beginPath()
    kit.ctx.moveTo(size * 0.3, 0)
    kit.ctx.lineTo(-size, -size * 0.7)
    kit.ctx.lineTo(-size, size * 0.7)
    kit.ctx.fill()
  })
}
