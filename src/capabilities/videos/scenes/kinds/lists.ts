import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { readable, withOpacity } from '../colour.ts'
import { easeOut, easeOutBack, easeOutExpo, mix, progress } from '../easing.ts'
import { type Box, type Kit, type Moment, around, withAlpha } from '../kit.ts'
import { cuesFor } from '../cues.ts'
import { drawHeading } from '../heading.ts'
import { fillBox, writeOn } from '../shapes.ts'
import { drawText, setText } from '../text.ts'

/** Points that come in one after the other, each when it is spoken of. */
export function drawBullets(kit: Kit, scene: SceneOf<'bullets'>, at: Moment): void {
  const { ctx, unit, theme } = kit
  const rest = drawHeading(kit, scene.title, at)
  const cues = kit.memo('cues', () => cuesFor(scene.items, at))
  const gap = 26 * unit
  const rowHeight = Math.min(230 * unit, (rest.height - gap * (scene.items.length - 1)) / scene.items.length)
  const total = rowHeight * scene.items.length + gap * (scene.items.length - 1)
  const top = rest.y + Math.max(0, (rest.height - total) / 2)
  const newest = cues.findLastIndex((cue) => at.ms >= cue)
  scene.items.forEach((item, index) => {
    const t = easeOutExpo(progress(at.ms, cues[index]!, 620))
    const box: Box = { x: rest.x, y: top + index * (rowHeight + gap), width: rest.width, height: rowHeight }
    const side = (kit.isRightToLeft ? 1 : -1) * (1 - t) * 140 * unit
    withAlpha(kit, t, () => {
      ctx.save()
      ctx.translate(side, 0)
      ctx.fillStyle = theme.surface
      fillBox(ctx, box, theme.radius * unit)
      const isNewest = index === newest && scene.items.length > 1
      if (isNewest) {
        ctx.fillStyle = theme.accent
        const barX = kit.isRightToLeft ? box.x + box.width - 12 * unit : box.x
        fillBox(
          ctx,
          { x: barX, y: box.y, width: 12 * unit, height: box.height * t },
          Math.min(6, theme.radius) * unit,
        )
      }
      const mark = Math.min(84 * unit, rowHeight * 0.62)
      const markX = kit.isRightToLeft
        ? box.x + box.width - mark * 0.5 - 44 * unit
        : box.x + mark * 0.5 + 44 * unit
      drawTick(kit, markX, box.y + rowHeight / 2, mark, progress(at.ms, cues[index]! + 220, 420))
      const inner = mark + 84 * unit
      const area = {
        x: kit.isRightToLeft ? box.x + 36 * unit : box.x + inner,
        y: box.y + 10 * unit,
        width: box.width - inner - 36 * unit,
        height: rowHeight - 20 * unit,
      }
      const setting = { role: 'body', weight: 650, size: 60, minSize: 26 } as const
      drawText(kit, setText(kit, item, area, setting), setting, theme.surfaceInk, accentOn(kit))
      ctx.restore()
    })
  })
}

/** The first accent that can be read on a card. */
function accentOn({ theme }: Kit): string {
  return readable(theme.surface, theme.accent, theme.accent2)
}

function drawTick(kit: Kit, x: number, y: number, size: number, t: number): void {
  const { ctx, theme } = kit
  around(kit, { x, y, scale: easeOutBack(Math.min(1, t * 2)) }, () => {
    ctx.fillStyle = theme.accent
    ctx.beginPath()
    ctx.arc(0, 0, size / 2, 0, Math.PI * 2)
    ctx.fill()
    ctx.strokeStyle = readable(theme.accent, '#ffffff', '#10131a')
    ctx.lineWidth = size * 0.12
    ctx.lineCap = 'round'
    ctx.lineJoin = 'round'
    const points = [
      { x: -size * 0.2, y: size * 0.02 },
      { x: -size * 0.05, y: size * 0.17 },
      { x: size * 0.22, y: -size * 0.15 },
    ]
    writeOn(ctx, points, easeOut(Math.max(0, t * 2 - 1)))
  })
}

/** A list that counts down to its best item, one large card at a time. */
export function drawCountdown(kit: Kit, scene: SceneOf<'countdown'>, at: Moment): void {
  const { ctx, unit, theme } = kit
  const rest = drawHeading(kit, scene.title, at)
  // One item always stands there, so the first does not wait for its word.
  const cues = kit.memo('cues', () => [0, ...cuesFor(scene.items, at).slice(1)])
  const now = Math.max(
    0,
    cues.findLastIndex((cue) => at.ms >= cue),
  )
  const t = easeOutExpo(progress(at.ms + (now === 0 ? 260 : 0), cues[now]!, 700))
  const isTall = kit.height > kit.width * 1.2
  const rank = scene.items.length - now
  const side = isTall
    ? Math.min(rest.width, rest.height * 0.5)
    : Math.min(rest.height * 0.92, rest.width * 0.4)
  const centre = isTall
    ? { x: rest.x + rest.width / 2, y: rest.y + rest.height * 0.32 }
    : {
        x: kit.isRightToLeft ? rest.x + rest.width - side / 2 : rest.x + side / 2,
        y: rest.y + rest.height / 2,
      }
  drawRing(kit, centre, side * 0.46, at, cues, now)
  const digits = {
    role: 'display',
    weight: theme.displayWeight,
    size: 420,
    minSize: 60,
    align: 'center',
    maxLines: 1,
  } as const
  const spot = { x: centre.x - side * 0.3, y: centre.y - side * 0.36, width: side * 0.6, height: side * 0.72 }
  around(kit, { x: centre.x, y: centre.y, scale: mix(1.7, 1, t) }, () => {
    ctx.translate(-centre.x, -centre.y)
    withAlpha(kit, t, () => drawText(kit, setText(kit, String(rank), spot, digits), digits, theme.ink))
  })
  const area = isTall
    ? { x: rest.x, y: rest.y + rest.height * 0.62, width: rest.width, height: rest.height * 0.36 }
    : {
        x: kit.isRightToLeft ? rest.x : rest.x + side + 70 * unit,
        y: rest.y,
        width: rest.width - side - 70 * unit,
        height: rest.height,
      }
  const words = {
    role: 'display',
    weight: theme.displayWeight,
    size: 104,
    minSize: 44,
    align: isTall ? 'center' : 'start',
  } as const
  withAlpha(kit, t, () => {
    ctx.save()
    ctx.translate(0, (1 - t) * 80 * unit)
    drawText(kit, setText(kit, scene.items[now]!, area, words), words, theme.ink, theme.accent)
    ctx.restore()
  })
}

function drawRing(
  kit: Kit,
  at: { x: number; y: number },
  radius: number,
  moment: Moment,
  cues: number[],
  now: number,
): void {
  const { ctx, unit, theme } = kit
  const endMs = cues[now + 1] ?? moment.durationMs
  const t = progress(moment.ms, cues[now]!, Math.max(1, endMs - cues[now]!))
  ctx.lineWidth = 26 * unit
  ctx.lineCap = 'round'
  ctx.strokeStyle = withOpacity(theme.ink, 0.14)
  ctx.beginPath()
  ctx.arc(at.x, at.y, radius, 0, Math.PI * 2)
  ctx.stroke()
  ctx.strokeStyle = theme.accent
  ctx.beginPath()
  ctx.arc(at.x, at.y, radius, -Math.PI / 2, -Math.PI / 2 + Math.PI * 2 * Math.max(0.02, t))
  ctx.stroke()
}
