import type { Brand } from '../storyboard/storyboard.ts'
import type { Scene } from '../storyboard/scene-schemas.ts'
import { drawBackground } from './background.ts'
import { type CaptionStyle, drawCaptions } from './captions.ts'
import { readable } from './colour.ts'
import { easeInOut, mix } from './easing.ts'
import { drawChart } from './kinds/chart.ts'
import { drawCode } from './kinds/code.ts'
import { drawCompare } from './kinds/compare.ts'
import { drawEquation } from './kinds/equation.ts'
import { drawFlow } from './kinds/flow.ts'
import { drawBullets, drawCountdown } from './kinds/lists.ts'
import { drawMedia, drawSplit } from './kinds/media.ts'
import { drawNumber } from './kinds/number.ts'
import { drawEnd, drawLowerThird, drawSpeaker } from './kinds/people.ts'
import { drawQuote } from './kinds/quote.ts'
import { drawTimeline } from './kinds/timeline.ts'
import { drawTitle } from './kinds/title.ts'
import type { Kit, Moment } from './kit.ts'
import { type Theme, type ThemeName, themes } from './themes.ts'
import { drawCover, throughTransition, type TransitionKind } from './transitions.ts'

export type SceneDrawing = {
  scene: Scene
  /** How the scene before it leaves is its own business: a scene only knows how it comes in itself, and how it goes. */
  enter: TransitionKind
  leave: TransitionKind
  captionStyle?: CaptionStyle
  logo?: string
}

/** Draws one whole frame of a scene. The same input always gives the same picture. */
export function drawScene(kit: Kit, drawing: SceneDrawing, at: Moment): void {
  const { scene } = drawing
  const passage = { enter: drawing.enter, leave: drawing.leave, ms: at.ms, durationMs: at.durationMs }
  kit.ctx.globalAlpha = 1
  kit.ctx.textAlign = 'left'
  kit.ctx.textBaseline = 'alphabetic'
  kit.ctx.direction = 'ltr'
  drawBackground(kit, at)
  throughTransition(kit, passage, () => {
    kit.ctx.save()
    moveCamera(kit, scene.camera, at)
    drawKind(kit, scene, at)
    kit.ctx.restore()
    drawLowerThird(kit, scene, at)
  })
  if (drawing.logo) drawLogo(kit, drawing.logo)
  drawCover(kit, passage)
  if (drawing.captionStyle) drawCaptions(kit, at, drawing.captionStyle)
}

function drawKind(kit: Kit, scene: Scene, at: Moment): void {
  switch (scene.kind) {
    case 'title':
      return drawTitle(kit, scene, at)
    case 'bullets':
      return drawBullets(kit, scene, at)
    case 'quote':
      return drawQuote(kit, scene, at)
    case 'number':
      return drawNumber(kit, scene, at)
    case 'chart':
      return drawChart(kit, scene, at)
    case 'timeline':
      return drawTimeline(kit, scene, at)
    case 'flow':
      return drawFlow(kit, scene, at)
    case 'equation':
      return drawEquation(kit, scene, at)
    case 'code':
      return drawCode(kit, scene, at)
    case 'compare':
      return drawCompare(kit, scene, at)
    case 'image':
    case 'clip':
      return drawMedia(kit, scene, at)
    case 'split':
      return drawSplit(kit, scene, at)
    case 'countdown':
      return drawCountdown(kit, scene, at)
    case 'speaker':
      return drawSpeaker(kit, scene, at)
    case 'end':
      return drawEnd(kit, scene, at)
  }
}

function moveCamera(kit: Kit, camera: Scene['camera'], at: Moment): void {
  if (camera === 'still') return
  const { ctx, width, height } = kit
  const t = easeInOut(at.ms / Math.max(1, at.durationMs))
  const scale = camera === 'push-in' ? mix(1, 1.045, t) : camera === 'pull-out' ? mix(1.045, 1, t) : 1.02
  const drift = camera === 'drift' ? mix(-0.012, 0.012, t) * width : 0
  ctx.translate(width / 2 + drift, height * 0.45)
  ctx.scale(scale, scale)
  ctx.translate(-width / 2, -height * 0.45)
}

function drawLogo(kit: Kit, mediaId: string): void {
  const found = kit.picture(mediaId, 0)
  if (!found) return
  const box = 110 * kit.unit
  const scale = Math.min((box * 2) / found.width, box / found.height)
  const width = found.width * scale
  const height = found.height * scale
  const x = kit.isRightToLeft ? kit.content.x : kit.content.x + kit.content.width - width
  kit.ctx.drawImage(found.source, x, kit.content.y * 0.35, width, height)
}

/** A theme with the colours of a brand and of one scene in place of its own; text stays readable on a new ground. */
export function themeFor(name: ThemeName, brand?: Brand, style?: Scene['style']): Theme {
  const base = themes[name]
  const ground = style?.ground ?? brand?.ground
  const ink = brand?.ink ?? (ground ? readable(ground, '#ffffff', '#15131c') : base.ink)
  return {
    ...base,
    ...(brand?.accent2 ? { accent2: brand.accent2 } : {}),
    ...(brand?.accent3 ? { accent3: brand.accent3 } : {}),
    accent: style?.accent ?? brand?.accent ?? base.accent,
    ground: ground ? [ground, ground] : base.ground,
    ink,
    muted: ground ? ink : base.muted,
  }
}
