import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { withOpacity } from '../colour.ts'
import { easeInOut, easeOut, easeOutBack, mix, progress } from '../easing.ts'
import { drawHeading } from '../heading.ts'
import { type Box, type Kit, type Moment, withAlpha } from '../kit.ts'
import { fillBox, type Point, writeOn } from '../shapes.ts'
import { applyFont } from '../text.ts'

/** Bars that grow, a line that is written on, or a pie that opens: from the numbers as they are. */
export function drawChart(kit: Kit, scene: SceneOf<'chart'>, at: Moment): void {
  const rest = drawHeading(kit, scene.title, at)
  const box = { ...rest, y: rest.y + 10 * kit.unit, height: rest.height - 20 * kit.unit }
  if (scene.chart === 'bar') drawBars(kit, scene, at, box)
  else if (scene.chart === 'line') drawLine(kit, scene, at, box)
  else drawPie(kit, scene, at, box)
}

type Chart = SceneOf<'chart'>

function label(
  kit: Kit,
  text: string,
  x: number,
  y: number,
  size: number,
  weight: number,
  colour: string,
  align: 'left' | 'center' | 'right',
  most: number,
): void {
  const { ctx } = kit
  let sizePx = size * kit.unit
  applyFont(kit, { role: 'body', weight }, sizePx)
  const width = ctx.measureText(text).width
  if (width > most) {
    sizePx *= Math.max(0.55, most / width)
    applyFont(kit, { role: 'body', weight }, sizePx)
  }
  ctx.textAlign = align
  ctx.fillStyle = colour
  ctx.fillText(text, x, y, Math.max(1, most))
  ctx.textAlign = 'left'
}

function amount(value: number, unit: string): string {
  return `${value.toLocaleString('en-US', { maximumFractionDigits: 2, notation: Math.abs(value) >= 1e6 ? 'compact' : 'standard' })}${unit}`
}

function drawBars(kit: Kit, scene: Chart, at: Moment, box: Box): void {
  const { ctx, unit, theme } = kit
  const isFlat = kit.height > kit.width * 1.2 || scene.data.length > 8
  const highest = Math.max(...scene.data.map(({ value }) => Math.abs(value)), 1e-9)
  const best = scene.data.findIndex(({ value }) => Math.abs(value) === highest)
  const count = scene.data.length
  const stepMs = Math.min(260, (at.durationMs * 0.4) / count)
  scene.data.forEach((row, index) => {
    const t = easeOutBack(progress(at.ms + 200, 200 + index * stepMs, 760))
    const share = (Math.abs(row.value) / highest) * Math.max(0.02, t)
    const colour = index === best ? theme.accent : theme.accent2
    const shown = easeOut(progress(at.ms + 200, index * stepMs, 400))
    // Counted in steps of the figure's own precision.
    const step = Number.isInteger(row.value) ? 1 : 0.01
    const written = amount(Math.round(mix(0, row.value, Math.min(1, t)) / step) * step, scene.unit)
    if (isFlat) {
      const slot = Math.min(190 * unit, box.height / count)
      const top = box.y + (box.height - slot * count) / 2 + index * slot
      const height = Math.min(62 * unit, slot * 0.42)
      const y = top + slot - height - slot * 0.1
      ctx.fillStyle = withOpacity(theme.ink, 0.1)
      fillBox(ctx, { x: box.x, y, width: box.width, height }, Math.min(theme.radius, 20) * unit)
      ctx.fillStyle = colour
      fillBox(
        ctx,
        { x: box.x, y, width: Math.max(height * 0.4, box.width * Math.min(1.02, share)), height },
        Math.min(theme.radius, 20) * unit,
      )
      const size = Math.min(44, (slot / unit) * 0.3)
      withAlpha(kit, shown, () => {
        label(kit, row.label, box.x, y - 16 * unit, size, 600, theme.ink, 'left', box.width * 0.66)
        label(
          kit,
          written,
          box.x + box.width,
          y - 16 * unit,
          size,
          800,
          index === best ? theme.ink : theme.muted,
          'right',
          box.width * 0.32,
        )
      })
      return
    }
    const slot = box.width / count
    const width = Math.min(190 * unit, slot * 0.62)
    const x = box.x + slot * index + (slot - width) / 2
    const floor = box.y + box.height - 70 * unit
    const height = (floor - box.y - 70 * unit) * share
    ctx.fillStyle = colour
    ctx.beginPath()
    const round = Math.min(theme.radius, 22) * unit
    ctx.roundRect(x, floor - height, width, Math.max(2, height), [round, round, 0, 0])
    ctx.fill()
    withAlpha(kit, shown, () => {
      label(
        kit,
        written,
        x + width / 2,
        floor - height - 20 * unit,
        42,
        800,
        theme.ink,
        'center',
        slot * 0.96,
      )
      label(kit, row.label, x + width / 2, floor + 54 * unit, 38, 600, theme.muted, 'center', slot * 0.94)
    })
  })
  if (isFlat) return
  ctx.fillStyle = withOpacity(theme.ink, 0.5)
  ctx.fillRect(
    box.x,
    box.y + box.height - 70 * unit,
    box.width * easeOut(progress(at.ms + 300, 0, 600)),
    4 * unit,
  )
}

function drawLine(kit: Kit, scene: Chart, at: Moment, box: Box): void {
  const { ctx, unit, theme } = kit
  const values = scene.data.map(({ value }) => value)
  const low = Math.min(0, ...values)
  const high = Math.max(...values, low + 1e-9)
  const floor = box.y + box.height - 80 * unit
  const top = box.y + 80 * unit
  const left = box.x + 20 * unit
  const right = box.x + box.width - 40 * unit
  const points: Point[] = values.map((value, index) => ({
    x: mix(left, right, index / (values.length - 1)),
    y: mix(floor, top, (value - low) / (high - low)),
  }))
  for (let line = 0; line <= 4; line++) {
    const y = mix(floor, top, line / 4)
    ctx.fillStyle = withOpacity(theme.ink, line === 0 ? 0.5 : 0.12)
    ctx.fillRect(
      box.x,
      y,
      box.width * easeOut(progress(at.ms + 300, line * 60, 600)),
      (line === 0 ? 4 : 2) * unit,
    )
  }
  const t = easeInOut(progress(at.ms + 150, 150, Math.min(2_600, at.durationMs * 0.55)))
  ctx.save()
  ctx.beginPath()
  ctx.rect(box.x, box.y, (right - left) * t + left - box.x, box.height)
  ctx.clip()
  const shade = ctx.createLinearGradient(0, top, 0, floor)
  shade.addColorStop(0, withOpacity(theme.accent, 0.4))
  shade.addColorStop(1, withOpacity(theme.accent, 0))
  ctx.fillStyle = shade
  ctx.beginPath()
  ctx.moveTo(points[0]!.x, floor)
  for (const point of points) ctx.lineTo(point.x, point.y)
  ctx.lineTo(points.at(-1)!.x, floor)
  ctx.fill()
  ctx.restore()
  ctx.strokeStyle = theme.accent
  ctx.lineWidth = 11 * unit
  ctx.lineJoin = 'round'
  ctx.lineCap = 'round'
  const tip = writeOn(ctx, points, t)
  const every = Math.ceil(points.length / (kit.width > kit.height ? 12 : 6))
  points.forEach((point, index) => {
    if (index % every !== 0 && index !== points.length - 1) return
    const shown = easeOut(progress(t, index / points.length - 0.02, 0.12))
    withAlpha(kit, shown, () =>
      label(
        kit,
        scene.data[index]!.label,
        point.x,
        floor + 56 * unit,
        36,
        600,
        theme.muted,
        index === 0 ? 'left' : index === points.length - 1 ? 'right' : 'center',
        (box.width / Math.min(points.length, 6)) * 1.1,
      ),
    )
  })
  ctx.fillStyle = theme.ink
  ctx.beginPath()
  ctx.arc(tip.x, tip.y, 19 * unit, 0, Math.PI * 2)
  ctx.fill()
  ctx.fillStyle = theme.accent
  ctx.beginPath()
  ctx.arc(tip.x, tip.y, 11 * unit, 0, Math.PI * 2)
  ctx.fill()
  const nearest = values[Math.round(t * (values.length - 1))]!
  label(
    kit,
    amount(nearest, scene.unit),
    Math.min(tip.x, right - 60 * unit),
    tip.y - 44 * unit,
    56,
    800,
    theme.ink,
    'center',
    320 * unit,
  )
}

function drawPie(kit: Kit, scene: Chart, at: Moment, box: Box): void {
  const { ctx, unit, theme } = kit
  const total = scene.data.reduce((sum, { value }) => sum + Math.max(0, value), 0) || 1
  const isTall = kit.height > kit.width * 1.2
  const radius = isTall
    ? Math.min(box.width * 0.36, box.height * 0.3)
    : Math.min(box.height * 0.46, box.width * (kit.height === kit.width ? 0.19 : 0.24))
  const centre = isTall
    ? { x: box.x + box.width / 2, y: box.y + radius * 1.08 }
    : { x: box.x + radius, y: box.y + box.height / 2 }
  const opened = easeInOut(progress(at.ms + 260, 0, 1_500))
  const palette = [theme.accent, theme.accent2, theme.accent3, theme.muted]
  let from = -Math.PI / 2
  scene.data.forEach(({ value }, index) => {
    const turn = (Math.max(0, value) / total) * Math.PI * 2 * Math.max(0.04, opened)
    ctx.strokeStyle = palette[index % palette.length]!
    ctx.lineWidth = radius * 0.52
    ctx.lineCap = 'butt'
    ctx.beginPath()
    ctx.arc(centre.x, centre.y, radius * 0.74, from, from + Math.max(0.001, turn - 0.025))
    ctx.stroke()
    from += turn
  })
  const list = isTall
    ? {
        x: box.x + box.width * 0.06,
        y: box.y + radius * 2.3,
        width: box.width * 0.88,
        height: box.height - radius * 2.3,
      }
    : {
        x: box.x + radius * 2 + 70 * unit,
        y: box.y,
        width: box.width - radius * 2 - 70 * unit,
        height: box.height,
      }
  const slot = Math.min(110 * unit, list.height / scene.data.length)
  const top = list.y + (isTall ? 0 : (list.height - slot * scene.data.length) / 2)
  scene.data.forEach((row, index) => {
    const shown = easeOut(progress(at.ms, 300 + index * 180, 500))
    withAlpha(kit, shown, () => {
      const y = top + slot * (index + 0.5)
      ctx.fillStyle = palette[index % palette.length]!
      fillBox(
        ctx,
        { x: list.x + (1 - shown) * 40 * unit, y: y - 20 * unit, width: 40 * unit, height: 40 * unit },
        Math.min(12, theme.radius) * unit,
      )
      label(
        kit,
        row.label,
        list.x + 70 * unit,
        y + 17 * unit,
        Math.min(50, (slot / unit) * 0.6),
        600,
        theme.ink,
        'left',
        list.width * 0.6,
      )
      const part =
        scene.unit === '%' || scene.unit === ''
          ? `${Math.round((Math.max(0, row.value) / total) * 100)}%`
          : amount(row.value, scene.unit)
      label(
        kit,
        part,
        list.x + list.width,
        y + 17 * unit,
        Math.min(50, (slot / unit) * 0.6),
        800,
        theme.ink,
        'right',
        list.width * 0.3,
      )
    })
  })
}
