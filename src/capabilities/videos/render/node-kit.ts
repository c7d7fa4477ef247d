import { type Canvas, createCanvas } from '@napi-rs/canvas'
import type { Scene } from '../storyboard/scene-schemas.ts'
import { formulaSigns } from '../scenes/formula.ts'
import { areasOf, type Kit, type Picture } from '../scenes/kit.ts'
import { runsRightToLeft } from '../scenes/text.ts'
import type { Theme } from '../scenes/themes.ts'
import { stacksFor } from './typefaces.ts'

export type NodeKit = {
  width: number
  height: number
  theme: Theme
  scene: Scene
  language: string
  /** All text that may be drawn: the scene's own and its spoken words. */
  text: string
  pictures?: (mediaId: string, ms: number) => Picture | undefined
  /** Draw on this canvas instead of a new one. */
  canvas?: Canvas
}

/** What scenes draw with, in Node. */
export function createNodeKit(input: NodeKit): { kit: Kit; canvas: Canvas } {
  const { width, height } = input
  const canvas = input.canvas ?? createCanvas(width, height)
  const ctx = canvas.getContext('2d')
  const stacks = stacksFor(input.theme.display, input.text, input.language)
  const known = new Map<string, unknown>()
  const kit: Kit = {
    ctx,
    width,
    height,
    unit: Math.min(width, height) / 1080,
    theme: input.theme,
    ...areasOf(width, height),
    isRightToLeft: runsRightToLeft(sceneText(input.scene)),
    setFont(role, weight, sizePx) {
      // Weights are set on the axis itself; asked for in the shorthand they would be made by smearing.
      ctx.font = `${sizePx.toFixed(2)}px ${stacks[role]}`
      ctx.fontVariationSettings = `"wght" ${weight}`
    },
    picture: (mediaId, ms) => input.pictures?.(mediaId, ms),
    memo<T>(key: string, make: () => T): T {
      if (!known.has(key)) known.set(key, make())
      return known.get(key) as T
    },
    makeCanvas: (w, h) => createCanvas(w, h),
  }
  return { kit, canvas }
}

/** Everything that a scene shows as text, in one string. */
export function sceneText(scene: Scene): string {
  const texts: string[] = []
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (!['id', 'kind', 'media', 'transition', 'camera', 'mode', 'narration', 'from', 'to'].includes(key))
        texts.push(value)
    } else if (value !== null && typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) walk(inner, Array.isArray(value) ? key : name)
    }
  }
  walk(scene, '')
  const signs = scene.kind === 'equation' ? formulaSigns : ''
  return `${texts.join(' ')} ${texts.join(' ').toUpperCase()} ${signs}`
}
