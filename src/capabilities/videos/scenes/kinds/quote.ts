import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { easeInOut, easeOut, easeOutBack, progress } from '../easing.ts'
import { type Kit, type Moment, around, withAlpha } from '../kit.ts'
import { fillBox } from '../shapes.ts'
import { applyFont, drawText, setText } from '../text.ts'

/** A sentence whose words light up as they are said, with its author. */
export function drawQuote(kit: Kit, scene: SceneOf<'quote'>, at: Moment): void {
  const { ctx, content: box, unit, theme } = kit
  const area = { x: box.x, y: box.y + box.height * 0.2, width: box.width, height: box.height * 0.62 }
  const setting = { role: 'display', weight: theme.displayWeight, size: 112, minSize: 48 } as const
  const block = setText(kit, scene.text, area, setting)
  const markX = kit.isRightToLeft ? box.x + box.width - 90 * unit : box.x + 84 * unit
  around(
    kit,
    { x: markX, y: block.box.y - 70 * unit, scale: easeOutBack(progress(at.ms + 300, 0, 600)) },
    () => {
      ctx.fillStyle = theme.accent
      for (const side of [0, 1]) {
        const x = (side * 82 - 84) * unit
        ctx.beginPath()
        ctx.arc(x + 34 * unit, 20 * unit, 34 * unit, 0, Math.PI * 2)
        ctx.fill()
        ctx.beginPath()
        ctx.moveTo(x, 24 * unit)
        ctx.quadraticCurveTo(x - 4 * unit, -40 * unit, x + 52 * unit, -56 * unit)
        ctx.lineTo(x + 56 * unit, -38 * unit)
        ctx.quadraticCurveTo(x + 22 * unit, -22 * unit, x + 30 * unit, 20 * unit)
        ctx.fill()
      }
    },
  )
  applyFont(kit, setting, block.sizePx)
  const speechMs = Math.max(900, Math.min(at.durationMs * 0.7, at.words.at(-1)?.endMs ?? at.durationMs * 0.6))
  block.words.forEach((word, index) => {
    const t = easeOut(progress(at.ms + 200, (index / block.words.length) * speechMs, 420))
    withAlpha(kit, 0.22 + 0.78 * t, () => {
      ctx.fillStyle = word.isStrong ? theme.accent : theme.ink
      ctx.fillText(word.text, word.x, word.y)
    })
  })
  if (!scene.by) return
  const t = easeInOut(progress(at.ms, speechMs * 0.6, 600))
  const y = block.box.y + block.box.height + 60 * unit
  ctx.fillStyle = theme.accent
  const line = 80 * unit * t
  fillBox(
    ctx,
    {
      x: kit.isRightToLeft ? box.x + box.width - line : box.x,
      y: y + 26 * unit,
      width: line,
      height: 8 * unit,
    },
    4 * unit,
  )
  const by = { role: 'body', weight: 600, size: 50, maxLines: 1 } as const
  const under = {
    x: kit.isRightToLeft ? box.x : box.x + 110 * unit,
    y,
    width: box.width - 110 * unit,
    height: 60 * unit,
  }
  withAlpha(kit, t, () => drawText(kit, setText(kit, scene.by!, under, by), by, theme.muted))
}
