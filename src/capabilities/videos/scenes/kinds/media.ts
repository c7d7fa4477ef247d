import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { easeInOut, easeOut, easeOutExpo, mix, progress } from '../easing.ts'
import { type Kit, type Moment, withAlpha } from '../kit.ts'
import { drawPicture, drawShade } from '../pictures.ts'
import { drawText, setText } from '../text.ts'

/** A picture or clip over the whole frame; the camera travels slowly to its focus. */
export function drawMedia(kit: Kit, scene: SceneOf<'image'> | SceneOf<'clip'>, at: Moment): void {
  const whole = { x: 0, y: 0, width: kit.width, height: kit.height }
  const t = easeInOut(at.ms / Math.max(1, at.durationMs))
  const zoom = scene.kind === 'image' ? mix(1.02, scene.zoom, t) : 1
  const focus =
    scene.kind === 'image' ? { x: mix(0.5, scene.focus.x, t), y: mix(0.5, scene.focus.y, t) } : scene.focus
  const ms = scene.kind === 'clip' ? scene.startMs + at.ms : at.ms
  drawPicture(kit, scene.media, whole, { focus, zoom, ms })
  drawShade(kit, 0.45, 0.6)
  if (scene.text === undefined) return
  const { content: box, theme, unit } = kit
  const isTall = kit.height > kit.width * 1.2
  const setting = {
    role: 'display',
    weight: theme.displayWeight,
    size: isTall ? 110 : 100,
    minSize: 48,
  } as const
  const area = {
    x: box.x,
    y: box.y + box.height * 0.45,
    width: box.width,
    height: box.height * (scene.lowerThird ? 0.36 : 0.55),
  }
  const block = setText(kit, scene.text, area, { ...setting, vertical: 'bottom' })
  const shown = easeOutExpo(progress(at.ms + 200, 0, 700))
  withAlpha(kit, shown, () => {
    kit.ctx.save()
    kit.ctx.translate(0, (1 - shown) * 60 * unit)
    drawText(kit, block, setting, '#ffffff', theme.accent)
    kit.ctx.restore()
  })
}

/** Two sides beside or above each other, divided by a line that moves into place. */
export function drawSplit(kit: Kit, scene: SceneOf<'split'>, at: Moment): void {
  const { ctx, width, height, unit, theme } = kit
  const isTall = height >= width
  const opened = easeOutExpo(progress(at.ms + 220, 0, 900))
  const half = isTall ? height * 0.4 : width / 2
  const sides = kit.isRightToLeft && !isTall ? [scene.right, scene.left] : [scene.left, scene.right]
  sides.forEach((side, index) => {
    const slide = (1 - opened) * (index === 0 ? -1 : 1) * half * 0.4
    const box = isTall
      ? { x: slide, y: index === 0 ? 0 : half, width, height: index === 0 ? half : height - half }
      : { x: index * half, y: slide, width: half, height }
    if (side.media)
      drawPicture(kit, side.media, box, {
        focus: { x: 0.5, y: 0.5 },
        zoom: mix(1.12, 1.02, opened),
        ms: at.ms,
      })
    else {
      ctx.fillStyle = index === 0 ? theme.surface : theme.accent2
      // Wider along the slide, so that no gap shows while it moves.
      if (isTall) ctx.fillRect(box.x - width * 0.4, box.y, box.width + width * 0.8, box.height)
      else ctx.fillRect(box.x, box.y - height * 0.4, box.width, box.height + height * 0.8)
    }
    const ink = side.media ? '#ffffff' : index === 0 ? theme.surfaceInk : inkOn(theme.accent2)
    const edge = 70 * unit
    const usable = isTall
      ? {
          x: edge,
          y: index === 0 ? height * 0.11 : half + 60 * unit,
          width: width - edge * 2,
          height: index === 0 ? half - height * 0.11 - 40 * unit : height * 0.24,
        }
      : { x: box.x + edge, y: height * 0.14, width: half - edge * 2, height: height * 0.6 }
    const head = {
      role: 'display',
      weight: theme.displayWeight,
      size: 104,
      minSize: 44,
      maxLines: 2,
    } as const
    const body = { role: 'body', weight: 500, size: 52, minSize: 26 } as const
    const shown = easeOut(progress(at.ms + 200, 150 + index * 350, 600))
    if (side.media) drawShade(kit, 0.3, 0.2)
    withAlpha(kit, shown, () => {
      const isAlone = side.text === undefined
      const headBox = { ...usable, height: usable.height * (isAlone ? 1 : 0.45) }
      drawText(
        kit,
        setText(kit, side.label, headBox, { ...head, vertical: isAlone ? 'middle' : 'bottom' }),
        head,
        ink,
      )
      if (isAlone) return
      const under = { ...usable, y: usable.y + usable.height * 0.51, height: usable.height * 0.49 }
      drawText(kit, setText(kit, side.text!, under, { ...body, vertical: 'top' }), body, ink)
    })
  })
  ctx.fillStyle = theme.accent
  const line = 12 * unit
  if (isTall) ctx.fillRect(0, half - line / 2, width * opened, line)
  else ctx.fillRect(half - line / 2, 0, line, height * opened)
}

function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ]
  return red * 0.3 + green * 0.59 + blue * 0.11 > 140 ? '#14121c' : '#ffffff'
}
