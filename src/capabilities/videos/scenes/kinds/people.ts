import type { Scene, SceneOf } from '../../storyboard/scene-schemas.ts'
import { withOpacity } from '../colour.ts'
import { easeIn, easeOut, easeOutBack, easeOutExpo, mix, progress, scatter } from '../easing.ts'
import { type Kit, type Moment, around, peakEveryMs, withAlpha } from '../kit.ts'
import { drawPicture } from '../pictures.ts'
import { fillBox, morph, outline, tracePoints } from '../shapes.ts'
import { applyFont, drawText, setText } from '../text.ts'
import { markLongest } from './title.ts'

/** A card for who is speaking, with the loudness of the voice around the picture and as a waveform. */
export function drawSpeaker(kit: Kit, scene: SceneOf<'speaker'>, at: Moment): void {
  const { ctx, content: box, unit, theme } = kit
  const isTall = kit.height > kit.width * 1.2
  const radius = Math.min(box.width * 0.27, box.height * (isTall ? 0.24 : 0.2))
  const centre = { x: kit.width / 2, y: box.y + radius * (isTall ? 1.5 : 1.25) }
  const loud = levelAt(at, at.ms)
  const pop = easeOutBack(progress(at.ms + 320, 0, 650))
  for (let ring = 3; ring >= 1; ring--) {
    const heard = levelAt(at, at.ms - ring * 70)
    ctx.fillStyle = withOpacity(theme.accent, 0.2 - ring * 0.045)
    ctx.beginPath()
    ctx.arc(centre.x, centre.y, radius * pop * (1 + ring * (0.07 + heard * 0.16)), 0, Math.PI * 2)
    ctx.fill()
  }
  around(kit, { ...centre, scale: pop * (1 + loud * 0.03) }, () => {
    ctx.fillStyle = theme.accent
    ctx.beginPath()
    ctx.arc(0, 0, radius, 0, Math.PI * 2)
    ctx.fill()
    const inner = radius * 0.94
    if (scene.media)
      drawPicture(
        kit,
        scene.media,
        { x: -inner, y: -inner, width: inner * 2, height: inner * 2 },
        { focus: { x: 0.5, y: 0.4 }, zoom: 1, ms: at.ms, radius: inner },
      )
    else {
      const initials = scene.name
        .split(/\s+/)
        .slice(0, 2)
        .map((part) => [...part][0] ?? '')
        .join('')
        .toUpperCase()
      ctx.fillStyle = theme.surface
      ctx.beginPath()
      ctx.arc(0, 0, inner, 0, Math.PI * 2)
      ctx.fill()
      applyFont(kit, { role: 'display', weight: theme.displayWeight }, radius * 0.8)
      ctx.textAlign = 'center'
      ctx.fillStyle = theme.surfaceInk
      ctx.fillText(initials, 0, radius * 0.29)
      ctx.textAlign = 'left'
    }
  })
  drawWave(kit, at, centre.y + radius * 1.62)
  const name = {
    role: 'display',
    weight: theme.displayWeight,
    size: 100,
    minSize: 44,
    align: 'center',
    maxLines: 1,
  } as const
  const role = {
    role: 'body',
    weight: 500,
    size: 52,
    minSize: 30,
    align: 'center',
    maxLines: 2,
    vertical: 'top',
  } as const
  const shown = easeOut(progress(at.ms + 200, 150, 600))
  const nameY = centre.y + radius * 2.02
  withAlpha(kit, shown, () => {
    drawText(
      kit,
      setText(kit, scene.name, { x: box.x, y: nameY, width: box.width, height: 130 * unit }, name),
      name,
      theme.ink,
    )
    if (scene.role) {
      const under = { x: box.x, y: nameY + 136 * unit, width: box.width, height: 130 * unit }
      drawText(kit, setText(kit, scene.role, under, role), role, theme.muted)
    }
  })
}

function levelAt(at: Moment, ms: number): number {
  return at.peaks[Math.max(0, Math.floor(ms / peakEveryMs))] ?? 0
}

function drawWave(kit: Kit, at: Moment, y: number): void {
  const { ctx, unit, theme, content: box } = kit
  const count = 41
  const step = Math.min(24 * unit, box.width / count)
  for (let bar = 0; bar < count; bar++) {
    const away = Math.abs(bar - (count - 1) / 2) / ((count - 1) / 2)
    const heard = levelAt(at, at.ms - away * 500)
    const height =
      (10 + heard * 130 * (1 - away * 0.75) * (0.55 + 0.45 * scatter(bar + Math.floor(at.ms / 90)))) * unit
    ctx.fillStyle = bar % 2 ? theme.accent : theme.accent2
    const x = kit.width / 2 + (bar - (count - 1) / 2) * step - step * 0.28
    fillBox(ctx, { x, y: y - height / 2, width: step * 0.56, height }, step * 0.28)
  }
}

/** The last card: a closing line, what to do now, and where to find more. */
export function drawEnd(kit: Kit, scene: SceneOf<'end'>, at: Moment): void {
  const { ctx, content: box, unit, theme } = kit
  const t = easeOutBack(progress(at.ms + 340, 0, 800))
  const centre = { x: kit.width / 2, y: box.y + box.height * 0.42 }
  const reach = Math.min(box.width, box.height) * 0.62
  const turn = at.ms / 9_000
  const wobble = (Math.sin(at.ms / 1_400) + 1) / 2
  around(kit, { ...centre, scale: t, turn }, () => {
    ctx.fillStyle = withOpacity(theme.accent2, 0.3)
    ctx.beginPath()
    tracePoints(ctx, morph(outline('hexagon', reach * 1.02), outline('circle', reach * 0.94), wobble), 0, 0)
    ctx.fill()
  })
  const setting = {
    role: 'display',
    weight: theme.displayWeight,
    size: 130,
    minSize: 54,
    align: 'center',
  } as const
  const area = { x: box.x, y: centre.y - box.height * 0.3, width: box.width, height: box.height * 0.54 }
  const block = setText(kit, markLongest(scene.text), area, setting)
  applyFont(kit, setting, block.sizePx)
  block.words.forEach((word, index) => {
    const shown = easeOutExpo(progress(at.ms + 280, index * 90, 700))
    withAlpha(kit, shown, () => {
      ctx.fillStyle = word.isStrong ? theme.accent : theme.ink
      ctx.fillText(word.text, word.x, word.y + (1 - shown) * 50 * unit)
    })
  })
  if (scene.callToAction) drawButton(kit, scene.callToAction, at, block.box.y + block.box.height + 110 * unit)
  if (!scene.handle) return
  const handle = { role: 'body', weight: 600, size: 48, align: 'center', maxLines: 1 } as const
  const under = {
    x: box.x,
    y: block.box.y + block.box.height + 210 * unit,
    width: box.width,
    height: 70 * unit,
  }
  withAlpha(kit, easeOut(progress(at.ms, 900, 600)), () =>
    drawText(kit, setText(kit, scene.handle!, under, handle), handle, theme.muted),
  )
}

function drawButton(kit: Kit, text: string, at: Moment, y: number): void {
  const { ctx, unit, theme, content: box } = kit
  const setting = { role: 'body', weight: 800, size: 54, minSize: 32, align: 'center', maxLines: 1 } as const
  const block = setText(
    kit,
    text,
    { x: box.x + 60 * unit, y: y - 50 * unit, width: box.width - 120 * unit, height: 100 * unit },
    setting,
  )
  const t = easeOutBack(progress(at.ms, 500, 600))
  const pulse = 1 + 0.025 * Math.sin(Math.max(0, at.ms - 1_100) / 260)
  around(kit, { x: kit.width / 2, y, scale: t * pulse }, () => {
    ctx.translate(-kit.width / 2, -y)
    ctx.fillStyle = theme.accent
    const width = block.box.width + 120 * unit
    fillBox(
      ctx,
      { x: kit.width / 2 - width / 2, y: y - 62 * unit, width, height: 124 * unit },
      theme.radius === 0 ? 0 : 62 * unit,
    )
    drawText(kit, block, setting, inkOnAccent(theme.accent))
  })
}

function inkOnAccent(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ]
  return red * 0.3 + green * 0.59 + blue * 0.11 > 150 ? '#14121c' : '#ffffff'
}

/** The name of who is seen, on a band over any scene; it comes, stays and goes. */
export function drawLowerThird(kit: Kit, scene: Scene, at: Moment): void {
  if (!scene.lowerThird) return
  const { ctx, unit, theme, content: box } = kit
  const { name, role, fromMs } = scene.lowerThird
  const stayMs = Math.max(1_500, Math.min(4_500, at.durationMs - fromMs - 600))
  const t = easeOutExpo(progress(at.ms, fromMs, 600)) * (1 - easeIn(progress(at.ms, fromMs + stayMs, 350)))
  if (t <= 0) return
  const height = 150 * unit
  const y = box.y + box.height - height * 0.6
  const nameSet = { role: 'body', weight: 800, size: 54, minSize: 30, maxLines: 1 } as const
  const roleSet = { role: 'body', weight: 500, size: 38, minSize: 24, maxLines: 1 } as const
  const inner = {
    x: box.x + 50 * unit,
    y: y + 18 * unit,
    width: box.width - 120 * unit,
    height: role ? 64 * unit : height - 36 * unit,
  }
  const first = setText(kit, name, inner, nameSet)
  const second = role
    ? setText(kit, role, { ...inner, y: y + 84 * unit, height: 50 * unit }, roleSet)
    : undefined
  const width = Math.max(first.box.width, second?.box.width ?? 0) + 110 * unit
  const left = kit.isRightToLeft ? box.x + box.width - width * t : box.x
  ctx.save()
  ctx.beginPath()
  ctx.rect(left, y, width * t, height)
  ctx.clip()
  ctx.fillStyle = theme.surface
  fillBox(
    ctx,
    { x: kit.isRightToLeft ? box.x + box.width - width : box.x, y, width, height },
    Math.min(theme.radius, 18) * unit,
  )
  ctx.fillStyle = theme.accent
  ctx.fillRect(kit.isRightToLeft ? box.x + box.width - 14 * unit : box.x, y, 14 * unit, height)
  ctx.translate(mix(-60, 0, t) * unit, 0)
  drawText(kit, first, nameSet, theme.surfaceInk)
  if (second) withAlpha(kit, 0.8, () => drawText(kit, second, roleSet, theme.surfaceInk))
  ctx.restore()
}
