import type { Canvas, Image, SKRSContext2D } from '@napi-rs/canvas'
import type { Theme } from './themes.ts'

/** The drawing surface: the same calls in a browser and in Node. */
export type Ctx = SKRSContext2D

export type Box = { x: number; y: number; width: number; height: number }

/** `display` is the theme's own face, `body` sets running text, `mono` code, `math` formulas. */
export type FontRole = 'display' | 'body' | 'mono' | 'math' | 'math-italic' | 'display-italic'

export type Picture = { source: Canvas | Image; width: number; height: number }

/** A spoken word with its time in the scene. */
export type SpokenWord = { text: string; startMs: number; endMs: number }

/** What scenes draw with: made once for a scene, in Node or in a browser. */
export type Kit = {
  ctx: Ctx
  width: number
  height: number
  /** Pixels per unit: scenes are designed for a shorter side of 1080 units. */
  unit: number
  theme: Theme
  /** Where a scene puts its things: clear of captions and of what platforms lay over a video. */
  content: Box
  /** Where captions stand. */
  captions: Box
  isRightToLeft: boolean
  setFont(role: FontRole, weight: number, sizePx: number): void
  /** A file of the storyboard as it looks at this time of the scene; undefined when it cannot be shown. */
  picture(mediaId: string, ms: number): Picture | undefined
  /** Computes once for the scene what does not change from frame to frame. */
  memo<T>(key: string, make: () => T): T
  /** An empty drawing surface of its own. */
  makeCanvas(width: number, height: number): Canvas
}

/** Where in its scene a frame is. */
export type Moment = {
  ms: number
  durationMs: number
  words: readonly SpokenWord[]
  /** Loudness of the narration, 0 to 1, every `peakEveryMs`. */
  peaks: readonly number[]
}

export const peakEveryMs = 50

/** Draws with everything `opacity` times as visible as it would be. */
export function withAlpha(kit: Kit, opacity: number, draw: () => void): void {
  if (opacity <= 0.003) return
  const before = kit.ctx.globalAlpha
  kit.ctx.globalAlpha = before * Math.min(1, opacity)
  draw()
  kit.ctx.globalAlpha = before
}

/** Draws in coordinates moved, scaled and turned around a point. */
export function around(
  kit: Kit,
  at: { x: number; y: number; scale?: number; turn?: number },
  draw: () => void,
): void {
  const { ctx } = kit
  ctx.save()
  ctx.translate(at.x, at.y)
  if (at.turn) ctx.rotate(at.turn)
  if (at.scale !== undefined && at.scale !== 1) ctx.scale(at.scale, at.scale)
  draw()
  ctx.restore()
}

/** The areas for content and captions of a picture. Platforms cover the top, the bottom and the right of tall video. */
export function areasOf(width: number, height: number): { content: Box; captions: Box } {
  if (height > width * 1.2) {
    return {
      content: { x: width * 0.075, y: height * 0.125, width: width * 0.85, height: height * 0.525 },
      captions: { x: width * 0.08, y: height * 0.665, width: width * 0.84, height: height * 0.13 },
    }
  }
  if (width > height * 1.2) {
    return {
      content: { x: width * 0.07, y: height * 0.09, width: width * 0.86, height: height * 0.68 },
      captions: { x: width * 0.12, y: height * 0.8, width: width * 0.76, height: height * 0.145 },
    }
  }
  return {
    content: { x: width * 0.07, y: height * 0.07, width: width * 0.86, height: height * 0.67 },
    captions: { x: width * 0.07, y: height * 0.78, width: width * 0.86, height: height * 0.16 },
  }
}
