import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { readable } from '../colour.ts'
import { easeInOut, easeOut, easeOutBack, mix, progress } from '../easing.ts'
import { drawHeading } from '../heading.ts'
import { type Box, type Kit, type Moment, around, withAlpha } from '../kit.ts'
import { drawPicture } from '../pictures.ts'
import { fillBox } from '../shapes.ts'
import { drawText, setText } from '../text.ts'

/** Before and after on one card: a handle sweeps across and uncovers what changed. */
export function drawCompare(kit: Kit, scene: SceneOf<'compare'>, at: Moment): void {
  const { ctx, unit, theme } = kit
  const rest = drawHeading(kit, scene.title, at)
  const radius = Math.max(theme.radius, 6) * unit
  const shown = easeOut(progress(at.ms + 260, 0, 500))
  const sweep = easeInOut(
    progress(at.ms, Math.min(1_300, at.durationMs * 0.25), Math.min(1_800, at.durationMs * 0.4)),
  )
  const share = mix(0.94, 0.06, sweep)
  const at1 = kit.isRightToLeft ? 1 - share : share
  const edge = rest.x + rest.width * at1
  withAlpha(kit, shown, () => {
    ctx.save()
    ctx.beginPath()
    ctx.roundRect(rest.x, rest.y, rest.width, rest.height, radius)
    ctx.clip()
    const first = kit.isRightToLeft ? scene.after : scene.before
    const last = kit.isRightToLeft ? scene.before : scene.after
    clipTo(kit, { x: rest.x, y: rest.y, width: edge - rest.x, height: rest.height }, () =>
      drawSide(kit, first, rest, first === scene.before ? theme.surface : theme.accent, at),
    )
    clipTo(kit, { x: edge, y: rest.y, width: rest.x + rest.width - edge, height: rest.height }, () =>
      drawSide(kit, last, rest, last === scene.before ? theme.surface : theme.accent, at),
    )
    ctx.restore()
  })
  ctx.fillStyle = theme.ink
  ctx.fillRect(edge - 5 * unit, rest.y - 16 * unit, 10 * unit, rest.height + 32 * unit)
  around(
    kit,
    { x: edge, y: rest.y + rest.height / 2, scale: easeOutBack(progress(at.ms + 200, 0, 500)) },
    () => {
      ctx.fillStyle = theme.ink
      ctx.beginPath()
      ctx.arc(0, 0, 46 * unit, 0, Math.PI * 2)
      ctx.fill()
      ctx.fillStyle = theme.ground[0]
      for (const side of [-1, 1]) {
        ctx.beginPath()
        ctx.moveTo(side * 30 * unit, 0)
        ctx.lineTo(side * 12 * unit, -15 * unit)
        ctx.lineTo(side * 12 * unit, 15 * unit)
        ctx.fill()
      }
    },
  )
}

function clipTo(kit: Kit, box: Box, draw: () => void): void {
  if (box.width <= 0) return
  kit.ctx.save()
  kit.ctx.beginPath()
  kit.ctx.rect(box.x, box.y, box.width, box.height)
  kit.ctx.clip()
  draw()
  kit.ctx.restore()
}

function drawSide(kit: Kit, side: SceneOf<'compare'>['before'], box: Box, ground: string, at: Moment): void {
  const { ctx, unit, theme } = kit
  if (side.media) drawPicture(kit, side.media, box, { focus: { x: 0.5, y: 0.5 }, zoom: 1, ms: at.ms })
  else {
    ctx.fillStyle = ground
    ctx.fillRect(box.x, box.y, box.width, box.height)
  }
  const ink = side.media ? '#ffffff' : readable(ground, '#ffffff', '#14121c')
  // Clear of where the handle comes to rest.
  const pad = Math.max(64 * unit, box.width * 0.12)
  const inner = {
    x: box.x + pad,
    y: box.y + 64 * unit,
    width: box.width - pad * 2,
    height: box.height - 128 * unit,
  }
  const tag = { role: 'body', weight: 800, size: 40, maxLines: 1, vertical: 'top' } as const
  const label = setText(kit, side.label.toUpperCase(), { ...inner, height: 60 * unit }, tag)
  ctx.fillStyle = side.media ? theme.accent : ink
  const under = { x: label.box.x, y: label.box.y + 66 * unit, width: 84 * unit, height: 8 * unit }
  fillBox(ctx, under, 4 * unit)
  drawText(kit, label, tag, ink)
  if (side.text === undefined) return
  const body = { role: 'display', weight: theme.displayWeight, size: 100, minSize: 40 } as const
  const area = { ...inner, y: inner.y + 110 * unit, height: inner.height - 110 * unit }
  drawText(kit, setText(kit, side.text, area, body), body, ink)
}
