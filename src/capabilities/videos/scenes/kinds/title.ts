import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { easeInOut, easeOut, easeOutBack, easeOutExpo, mix, progress, scatter } from '../easing.ts'
import { type Kit, type Moment, around, withAlpha } from '../kit.ts'
import { fillBox, morph, outline, tracePoints, underline, writeOn } from '../shapes.ts'
import { applyFont, drawText, piecesOf, setText } from '../text.ts'

/** A headline whose words rise one after the other, with a shape that turns into another beside it. */
export function drawTitle(kit: Kit, scene: SceneOf<'title'>, at: Moment): void {
  const { ctx, content: box, unit, theme } = kit
  const isTall = kit.height > kit.width * 1.2
  const emphasis = scene.text.includes('*') ? scene.text : markLongest(scene.text)
  const area = {
    x: box.x,
    y: box.y + box.height * (isTall ? 0.14 : 0.1),
    width: box.width * (isTall ? 1 : 0.86),
    height: box.height * (isTall ? 0.72 : 0.74),
  }
  const setting = {
    role: 'display',
    weight: theme.displayWeight,
    size: isTall ? 158 : 170,
    minSize: 60,
  } as const
  const block = setText(kit, emphasis, area, setting)
  drawShape(kit, at, block.box.y)

  const kickerY = block.box.y - 84 * unit
  if (scene.kicker) {
    const t = easeOutExpo(progress(at.ms, 0, 600))
    const label = setText(
      kit,
      scene.kicker,
      { x: box.x, y: kickerY - 30 * unit, width: box.width, height: 60 * unit },
      { role: 'body', weight: 700, size: 38, maxLines: 1 },
    )
    withAlpha(kit, t, () => {
      ctx.fillStyle = theme.accent
      const bar = 56 * unit * t
      const edge = kit.isRightToLeft ? box.x + box.width - bar : box.x
      fillBox(ctx, { x: edge, y: kickerY - 5 * unit, width: bar, height: 10 * unit }, 5 * unit)
      ctx.save()
      ctx.translate((kit.isRightToLeft ? -84 : 84) * unit, 0)
      drawText(kit, label, { role: 'body', weight: 700 }, theme.muted)
      ctx.restore()
    })
  }

  applyFont(kit, setting, block.sizePx)
  block.words.forEach((word, index) => {
    // The first words stand there from the first frame on, so that no player shows an empty picture.
    const t = easeOutExpo(progress(at.ms + 260, index * 75, 760))
    ctx.save()
    ctx.beginPath()
    ctx.rect(0, word.y - block.sizePx * 1.12, kit.width, block.sizePx * 1.48)
    ctx.clip()
    ctx.fillStyle = word.isStrong ? theme.accent : theme.ink
    around(kit, { x: word.x, y: word.y + (1 - t) * block.sizePx * 1.3, turn: (1 - t) * 0.05 }, () =>
      ctx.fillText(word.text, 0, 0),
    )
    ctx.restore()
  })

  const strong = block.words.filter((word) => word.isStrong).at(-1)
  if (strong && !theme.isUppercase) {
    const t = easeInOut(progress(at.ms, 620 + block.words.length * 60, 520))
    ctx.strokeStyle = theme.accent2
    ctx.lineWidth = 13 * unit
    ctx.lineCap = 'round'
    writeOn(ctx, underline(strong.x, strong.y + block.sizePx * 0.17, strong.width, 9 * unit), t)
  }
  if (scene.subtitle) {
    const t = easeOut(progress(at.ms, 520 + block.words.length * 70, 600))
    const under = {
      x: box.x,
      y: block.box.y + block.box.height + 44 * unit,
      width: area.width,
      height: 170 * unit,
    }
    const text = setText(kit, scene.subtitle, under, {
      role: 'body',
      weight: 500,
      size: 52,
      minSize: 34,
      maxLines: 3,
      vertical: 'top',
    })
    withAlpha(kit, t, () => {
      ctx.save()
      ctx.translate(0, (1 - t) * 26 * unit)
      drawText(kit, text, { role: 'body', weight: 500 }, theme.muted, theme.ink)
      ctx.restore()
    })
  }
}

const shapeOrder = ['circle', 'hexagon', 'star', 'square', 'circle'] as const

function drawShape(kit: Kit, at: Moment, top: number): void {
  const { ctx, unit, theme, width, height } = kit
  const isTall = height > width * 1.2
  const isSquare = height === width
  const radius = (isTall ? 120 : isSquare ? 84 : 150) * unit
  const x = kit.isRightToLeft ? width * (isTall ? 0.2 : 0.14) : width * (isTall ? 0.8 : 0.86)
  const y = isTall ? Math.max(height * 0.115, top - 215 * unit) : height * (isSquare ? 0.11 : 0.27)
  const step = at.ms / 1_300
  const index = Math.floor(step) % (shapeOrder.length - 1)
  const t = easeInOut(Math.min(1, (step % 1) * 1.7))
  const points = morph(outline(shapeOrder[index]!, radius), outline(shapeOrder[index + 1]!, radius), t)
  const size = easeOutBack(progress(at.ms + 300, 0, 700))
  around(kit, { x, y, scale: size, turn: at.ms / 4_200 }, () => {
    ctx.fillStyle = theme.accent2
    ctx.beginPath()
    tracePoints(ctx, points, 0, 0)
    ctx.fill()
  })
  for (let dot = 0; dot < 5; dot++) {
    const turn = at.ms / 2_600 + dot * 1.256
    const reach = radius * mix(1.35, 1.7, scatter(dot + 4))
    ctx.fillStyle = dot % 2 ? theme.accent3 : theme.accent
    ctx.beginPath()
    ctx.arc(
      x + Math.cos(turn) * reach,
      y + Math.sin(turn) * reach,
      (9 + 8 * scatter(dot)) * unit * size,
      0,
      Math.PI * 2,
    )
    ctx.fill()
  }
}

/** Marks the longest word of a headline, which mostly carries what it is about. */
export function markLongest(text: string): string {
  const pieces = piecesOf(text)
  if (pieces.length < 3) return text
  const longest = pieces
    .reduce((a, b) => (b.text.length > a.text.length ? b : a))
    .text.replace(/[.?!,:;…]+$/, '')
  return longest.length < 4 ? text : text.replace(longest, `*${longest}*`)
}
