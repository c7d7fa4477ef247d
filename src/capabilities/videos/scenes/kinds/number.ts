import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { withOpacity } from '../colour.ts'
import { easeInOut, easeOut, easeOutBack, mix, progress } from '../easing.ts'
import { type Kit, type Moment, around, withAlpha } from '../kit.ts'
import { applyFont, setText } from '../text.ts'

/** A large figure that counts up inside a ring, and what it stands for. */
export function drawNumber(kit: Kit, scene: SceneOf<'number'>, at: Moment): void {
  const { ctx, content: box, unit, theme } = kit
  const isTall = kit.height >= kit.width
  const countMs = Math.min(1_800, at.durationMs * 0.5)
  const t = easeInOut(progress(at.ms + 120, 0, countMs))
  const full = write(scene, scene.value)
  const radius = Math.min(
    box.width * (isTall ? 0.44 : 0.25),
    box.height * (kit.height === kit.width ? 0.33 : 0.42),
  )
  const centre = {
    x: box.x + (isTall ? box.width / 2 : radius),
    y: box.y + (isTall ? box.height * 0.42 : box.height / 2),
  }
  drawRings(kit, centre, radius, t, at.ms)

  const figure = {
    x: centre.x - radius * 0.8,
    y: centre.y - radius * 0.5,
    width: radius * 1.6,
    height: radius,
  }
  const setting = {
    role: 'display',
    weight: theme.displayWeight,
    size: 320,
    minSize: 50,
    align: 'center',
    maxLines: 1,
  } as const
  const block = setText(kit, full, figure, setting)
  const landed = progress(at.ms, countMs - 120, 420)
  const pulse = 1 + 0.1 * Math.sin(landed * Math.PI)
  around(kit, { x: centre.x, y: block.words[0]!.y, scale: pulse * mix(0.92, 1, easeOut(t)) }, () => {
    applyFont(kit, setting, block.sizePx)
    ctx.textAlign = 'center'
    ctx.fillStyle = theme.ink
    ctx.fillText(write(scene, mix(scene.from, scene.value, t)), 0, 0)
    ctx.textAlign = 'left'
  })

  const label = isTall
    ? {
        x: box.x,
        y: centre.y + radius + 60 * unit,
        width: box.width,
        height: box.y + box.height - centre.y - radius - 60 * unit,
      }
    : {
        x: box.x + radius * 2 + 90 * unit,
        y: box.y,
        width: box.width - radius * 2 - 90 * unit,
        height: box.height,
      }
  const words = {
    role: 'display',
    weight: theme.displayWeight,
    size: 92,
    minSize: 40,
    align: isTall ? 'center' : 'start',
    vertical: isTall ? 'top' : 'middle',
  } as const
  const text = setText(kit, scene.label, label, words)
  applyFont(kit, words, text.sizePx)
  text.words.forEach((word, index) => {
    const shown = easeOut(progress(at.ms, 260 + index * 80, 500))
    withAlpha(kit, shown, () => {
      ctx.fillStyle = word.isStrong ? theme.accent : theme.ink
      ctx.fillText(word.text, word.x, word.y + (1 - shown) * 36 * unit)
    })
  })
}

function drawRings(kit: Kit, at: { x: number; y: number }, radius: number, t: number, ms: number): void {
  const { ctx, unit, theme } = kit
  ctx.lineCap = 'round'
  ctx.lineWidth = 30 * unit
  ctx.strokeStyle = withOpacity(theme.ink, 0.12)
  ctx.beginPath()
  ctx.arc(at.x, at.y, radius, 0, Math.PI * 2)
  ctx.stroke()
  ctx.strokeStyle = theme.accent
  ctx.beginPath()
  ctx.arc(at.x, at.y, radius, -Math.PI / 2, -Math.PI / 2 + Math.PI * 2 * Math.min(0.9999, Math.max(0.03, t)))
  ctx.stroke()
  const tip = -Math.PI / 2 + Math.PI * 2 * Math.max(0.03, t)
  const pop = easeOutBack(progress(ms, 0, 400))
  ctx.fillStyle = theme.accent2
  ctx.beginPath()
  ctx.arc(at.x + Math.cos(tip) * radius, at.y + Math.sin(tip) * radius, 30 * unit * pop, 0, Math.PI * 2)
  ctx.fill()
}

function write(scene: SceneOf<'number'>, value: number): string {
  const digits = value.toLocaleString('en-US', {
    minimumFractionDigits: scene.decimals,
    maximumFractionDigits: scene.decimals,
  })
  return `${scene.prefix}${digits}${scene.suffix}`
}
