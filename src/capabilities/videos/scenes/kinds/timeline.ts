import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { withOpacity } from '../colour.ts'
import { cuesFor } from '../cues.ts'
import { easeInOut, easeOut, easeOutBack, progress } from '../easing.ts'
import { drawHeading } from '../heading.ts'
import { type Kit, type Moment, around, withAlpha } from '../kit.ts'
import { writeOn } from '../shapes.ts'
import { drawText, setText } from '../text.ts'

/** Events along a line that is drawn from the first to the last. */
export function drawTimeline(kit: Kit, scene: SceneOf<'timeline'>, at: Moment): void {
  const { ctx, unit, theme } = kit
  const rest = drawHeading(kit, scene.title, at)
  const cues = kit.memo('cues', () =>
    cuesFor(
      scene.events.map(({ when, text }) => `${when} ${text}`),
      at,
    ),
  )
  const isTall = kit.height > kit.width * 1.2 || kit.height === kit.width
  const count = scene.events.length
  const slot = isTall ? rest.height / count : rest.width / count
  const lineX = kit.isRightToLeft ? rest.x + rest.width - 40 * unit : rest.x + 40 * unit
  const lineY = rest.y + rest.height * 0.4
  const places = scene.events.map((_, index) =>
    isTall
      ? { x: lineX, y: rest.y + slot * (index + 0.5) }
      : {
          x: kit.isRightToLeft ? rest.x + rest.width - slot * (index + 0.5) : rest.x + slot * (index + 0.5),
          y: lineY,
        },
  )
  ctx.lineCap = 'round'
  ctx.lineWidth = 8 * unit
  ctx.strokeStyle = withOpacity(theme.ink, 0.16)
  writeOn(ctx, [places[0]!, places.at(-1)!], 1)
  const done = cues.reduce(
    (sum, cue, index) => (index === 0 ? 0 : sum + easeInOut(progress(at.ms, cue - 350, 450))),
    0,
  )
  ctx.strokeStyle = theme.accent
  ctx.lineWidth = 10 * unit
  writeOn(ctx, [places[0]!, places.at(-1)!], Math.max(0.001, done / Math.max(1, count - 1)))

  scene.events.forEach((event, index) => {
    const cue = index === 0 ? 0 : cues[index]!
    const t = progress(at.ms + (index === 0 ? 200 : 0), cue, 560)
    const place = places[index]!
    const isNow = cues.findLastIndex((other) => at.ms >= other) === index
    around(kit, { ...place, scale: easeOutBack(t) }, () => {
      ctx.fillStyle = theme.ground[1]
      ctx.beginPath()
      ctx.arc(0, 0, 34 * unit, 0, Math.PI * 2)
      ctx.fill()
      ctx.fillStyle = isNow ? theme.accent : theme.accent2
      ctx.beginPath()
      ctx.arc(0, 0, (isNow ? 26 : 20) * unit, 0, Math.PI * 2)
      ctx.fill()
    })
    const box = isTall
      ? {
          x: kit.isRightToLeft ? rest.x : lineX + 80 * unit,
          y: place.y - slot * 0.46,
          width: rest.width - 120 * unit,
          height: slot * 0.92,
        }
      : { x: place.x - slot * 0.44, y: lineY - rest.height * 0.4, width: slot * 0.88, height: rest.height }
    const align = isTall ? 'start' : 'center'
    const when = {
      role: 'display',
      weight: theme.displayWeight,
      size: 68,
      minSize: 32,
      maxLines: 1,
      align,
    } as const
    const text = { role: 'body', weight: 500, size: 44, minSize: 24, align, vertical: 'top' } as const
    const shown = easeOut(t)
    withAlpha(kit, shown, () => {
      ctx.save()
      ctx.translate(0, (1 - shown) * 30 * unit)
      const head = isTall ? { ...box, height: box.height * 0.46 } : { ...box, height: rest.height * 0.3 }
      const body = isTall
        ? { ...box, y: box.y + box.height * 0.48, height: box.height * 0.52 }
        : { ...box, y: lineY + 64 * unit, height: rest.height * 0.5 }
      drawText(
        kit,
        setText(kit, event.when, head, { ...when, vertical: 'bottom' }),
        when,
        isNow ? theme.accent : theme.ink,
      )
      drawText(kit, setText(kit, event.text, body, text), text, isNow ? theme.ink : theme.muted, theme.accent)
      ctx.restore()
    })
  })
}
