import { easeOutExpo, progress } from './easing.ts'
import { type Box, type Kit, type Moment, withAlpha } from './kit.ts'
import { fillBox } from './shapes.ts'
import { applyFont, setText } from './text.ts'

/** Draws the heading of a scene over its content and returns what is left for the rest; everything without one. */
export function drawHeading(kit: Kit, title: string | undefined, at: Moment): Box {
  const { content: box, unit, theme, ctx } = kit
  if (title === undefined) return box
  const isTall = kit.height > kit.width * 1.2
  const height = (isTall ? 210 : 130) * unit
  const setting = {
    role: 'display',
    weight: theme.displayWeight,
    size: isTall ? 92 : 84,
    minSize: 40,
    maxLines: isTall ? 2 : 1,
  } as const
  const block = setText(kit, title, { ...box, height }, { ...setting, vertical: 'top' })
  const before = Math.min(1, 0.35 + progress(at.ms, 0, 300) * 0.65)
  applyFont(kit, setting, block.sizePx)
  block.words.forEach((word, index) => {
    const t = easeOutExpo(progress(at.ms + 240, index * 60, 640))
    withAlpha(kit, Math.max(t, index === 0 ? before : 0), () => {
      ctx.fillStyle = word.isStrong ? theme.accent : theme.ink
      ctx.fillText(word.text, word.x, word.y + (1 - t) * 40 * unit)
    })
  })
  const t = easeOutExpo(progress(at.ms + 120, 120, 700))
  const barWidth = 120 * unit * t
  const bottom = block.box.y + block.box.height + 18 * unit
  ctx.fillStyle = theme.accent
  const x = kit.isRightToLeft ? box.x + box.width - barWidth : box.x
  fillBox(ctx, { x, y: bottom, width: barWidth, height: 10 * unit }, Math.min(5, theme.radius) * unit)
  const used = bottom + 60 * unit - box.y
  return { ...box, y: box.y + used, height: box.height - used }
}
