import { easeIn, easeInOut, easeOut, mix, progress } from './easing.ts'
import { type Kit, withAlpha } from './kit.ts'
import { morph, outline, tracePoints } from './shapes.ts'

export const transitionKinds = ['cut', 'fade', 'push', 'wipe', 'zoom', 'iris'] as const
export type TransitionKind = (typeof transitionKinds)[number]

/** How long a scene takes to come in and to leave. The two halves are drawn with their own scenes, so that a scene can be made again alone. */
export const enterMs = 420
export const leaveMs = 280

export type Passage = { enter: TransitionKind; leave: TransitionKind; ms: number; durationMs: number }

/** Draws a scene's own things the way they come in and leave. The ground stays where it is. */
export function throughTransition(kit: Kit, passage: Passage, draw: () => void): void {
  const entering = progress(passage.ms, 0, enterMs)
  const leaving = progress(passage.ms, passage.durationMs - leaveMs, leaveMs)
  const { ctx, width, height } = kit
  const isTall = height > width
  let opacity = 1
  let scale = 1
  let shift = 0
  if (entering < 1) {
    if (passage.enter === 'fade') opacity = easeOut(entering)
    if (passage.enter === 'push') shift = 1 - easeOut(entering)
    if (passage.enter === 'zoom') {
      scale = mix(0.82, 1, easeOut(entering))
      opacity = Math.min(1, entering * 2.2)
    }
  }
  if (leaving > 0) {
    if (passage.leave === 'fade') opacity = 1 - easeIn(leaving)
    if (passage.leave === 'push') shift = -easeIn(leaving)
    if (passage.leave === 'zoom') {
      scale = mix(1, 1.22, easeIn(leaving))
      opacity = 1 - easeIn(leaving)
    }
  }
  ctx.save()
  if (shift !== 0) ctx.translate(isTall ? 0 : shift * width, isTall ? shift * height * 0.72 : 0)
  if (scale !== 1) {
    ctx.translate(width / 2, height / 2)
    ctx.scale(scale, scale)
    ctx.translate(-width / 2, -height / 2)
  }
  withAlpha(kit, opacity, draw)
  ctx.restore()
}

/** Draws what sweeps over a whole frame between two scenes. It covers the frame fully at the cut. */
export function drawCover(kit: Kit, passage: Passage): void {
  const opened = easeInOut(progress(passage.ms, 0, enterMs))
  const covered = easeInOut(progress(passage.ms, passage.durationMs - leaveMs, leaveMs))
  if (opened < 1) cover(kit, passage.enter, 1 - opened, true)
  if (covered > 0) cover(kit, passage.leave, covered, false)
}

function cover(kit: Kit, kind: TransitionKind, share: number, isOpening: boolean): void {
  const { ctx, width, height, theme } = kit
  if (kind === 'wipe') {
    const lean = height * 0.18
    const full = width + lean * 2
    const bands = [theme.accent2, theme.accent]
    bands.forEach((colour, index) => {
      const reach = full * Math.min(1, share * (1 + (bands.length - 1 - index) * 0.22))
      ctx.fillStyle = colour
      ctx.beginPath()
      const from = isOpening ? width + lean - reach : -lean
      const to = isOpening ? width + lean : -lean + reach
      ctx.moveTo(from + (isOpening ? lean / 2 : 0), 0)
      ctx.lineTo(to + (isOpening ? lean : lean / 2), 0)
      ctx.lineTo(to + (isOpening ? lean : -lean / 2), height)
      ctx.lineTo(from - (isOpening ? lean / 2 : lean), height)
      ctx.fill()
    })
  }
  if (kind === 'iris') {
    const reach = Math.hypot(width, height) * 0.56
    const shape = morph(
      outline('hexagon', reach * 1.2),
      outline('circle', reach),
      isOpening ? 1 - share : share,
    )
    ctx.fillStyle = theme.accent
    ctx.beginPath()
    if (isOpening) {
      // A hole that opens in a full frame.
      ctx.rect(0, 0, width, height)
      const hole = shape.map((point) => ({ x: point.x * (1 - share), y: point.y * (1 - share) }))
      tracePoints(ctx, hole, width / 2, height / 2)
      ctx.fill('evenodd')
      return
    }
    tracePoints(
      ctx,
      shape.map((point) => ({ x: point.x * share, y: point.y * share })),
      width / 2,
      height / 2,
    )
    ctx.fill()
  }
}
