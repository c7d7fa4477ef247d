import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { clamp01, easeInOut, easeOut, mix, progress } from '../easing.ts'
import { type FormulaBox, type FormulaMark, layFormula, parseFormula } from '../formula.ts'
import { drawHeading } from '../heading.ts'
import { type Box, type Kit, type Moment, withAlpha } from '../kit.ts'
import { writeOn } from '../shapes.ts'

type Placed = { box: FormulaBox; x: number; y: number }

/** A formula that is written on, and whose signs travel to their places in the next step. */
export function drawEquation(kit: Kit, scene: SceneOf<'equation'>, at: Moment): void {
  const { unit } = kit
  const rest = drawHeading(kit, scene.title, at)
  const count = scene.steps.length
  const steps = kit.memo('steps', () =>
    scene.steps.map((step, index) => place(kit, step, rest, index, count)),
  )
  const stepMs = (at.durationMs * 0.86) / count
  const now = Math.min(count - 1, Math.floor(at.ms / stepMs))
  const t = easeInOut(progress(at.ms - now * stepMs, 0, Math.min(1_100, stepMs * 0.6)))
  for (let index = 0; index < now; index++) {
    withAlpha(kit, index === now - 1 ? mix(1, 0.5, t) : 0.5, () => drawFormula(kit, steps[index]!, () => 1))
  }
  const current = steps[now]!
  if (now === 0) {
    const total = current.box.marks.length
    drawFormula(kit, current, (index) => easeOut(progress(at.ms + 260, (index / total) * 900, 420)))
  } else morphFormula(kit, steps[now - 1]!, current, t)
  if (now === count - 1) frameAnswer(kit, current, easeInOut(progress(at.ms, now * stepMs + 1_100, 700)))
  if (unit <= 0) throw new RangeError('A picture needs a size')
}

function place(kit: Kit, source: string, area: Box, index: number, count: number): Placed {
  const { ctx } = kit
  const node = parseFormula(source)
  const measure = (text: string, isItalic: boolean) => {
    kit.setFont(isItalic ? 'math-italic' : 'math', 400, 100)
    ctx.letterSpacing = '0px'
    return ctx.measureText(text).width / 100
  }
  const slot = area.height / count
  let size = Math.min(150, 620 / count) * kit.unit
  let box = layFormula(node, size, measure)
  const fit = Math.min(1, (area.width * 0.96) / box.width, (slot * 0.82) / (box.rise + box.drop))
  size *= fit
  box = layFormula(node, size, measure)
  const x = area.x + (area.width - box.width) / 2
  const y = area.y + slot * (index + 0.5) + (box.rise - box.drop) / 2
  return { box, x, y }
}

function drawFormula(kit: Kit, { box, x, y }: Placed, shown: (index: number) => number): void {
  box.marks.forEach((mark, index) => {
    const t = shown(index)
    withAlpha(kit, t, () =>
      drawMark(kit, mark, x + mark.x, y + mark.y + (1 - t) * 24 * kit.unit, mark.size, t),
    )
  })
}

/** Signs that both steps have travel; the others fade out and in. */
function morphFormula(kit: Kit, from: Placed, to: Placed, t: number): void {
  const left = new Set(from.box.marks)
  to.box.marks.forEach((mark) => {
    const twin = [...left].find((other) => isSame(other, mark))
    if (!twin) {
      withAlpha(kit, clamp01(t * 2 - 1), () =>
        drawMark(kit, mark, to.x + mark.x, to.y + mark.y, mark.size, t),
      )
      return
    }
    left.delete(twin)
    const lift = Math.sin(t * Math.PI) * 18 * kit.unit
    const x = mix(from.x + twin.x, to.x + mark.x, t)
    const y = mix(from.y + twin.y, to.y + mark.y, t) - lift
    drawMark(kit, mark, x, y, mix(twin.size, mark.size, t), 1)
  })
}

function isSame(a: FormulaMark, b: FormulaMark): boolean {
  return a.kind === b.kind && (a.kind !== 'glyph' || b.kind !== 'glyph' || a.text === b.text)
}

function drawMark(kit: Kit, mark: FormulaMark, x: number, y: number, size: number, t: number): void {
  const { ctx, theme } = kit
  const isNamed = mark.kind === 'glyph' && mark.isItalic
  ctx.fillStyle = isNamed ? theme.accent : theme.ink
  ctx.strokeStyle = theme.ink
  ctx.lineWidth = Math.max(2, size * 0.045)
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  if (mark.kind === 'glyph') {
    kit.setFont(mark.isItalic ? 'math-italic' : 'math', 400, size)
    ctx.letterSpacing = '0px'
    ctx.fillText(mark.text, x, y)
    return
  }
  if (mark.kind === 'line') {
    writeOn(
      ctx,
      [
        { x, y },
        { x: x + mark.width, y },
      ],
      t,
    )
    return
  }
  const points = [
    { x: x + size * 0.04, y: y - size * 0.24 },
    { x: x + size * 0.16, y: y - size * 0.32 },
    { x: x + size * 0.34, y: y + mark.drop },
    { x: x + size * 0.54, y: y - mark.rise },
    { x: x + mark.width, y: y - mark.rise },
  ]
  writeOn(ctx, points, t)
}

function frameAnswer(kit: Kit, { box, x, y }: Placed, t: number): void {
  if (t <= 0) return
  const pad = 34 * kit.unit
  const left = x - pad
  const right = x + box.width + pad
  const top = y - box.rise - pad * 0.7
  const bottom = y + box.drop + pad * 0.7
  kit.ctx.strokeStyle = kit.theme.accent2
  kit.ctx.lineWidth = 6 * kit.unit
  kit.ctx.lineJoin = 'round'
  const corners = [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
    { x: left, y: top },
  ]
  writeOn(kit.ctx, corners, t)
}
