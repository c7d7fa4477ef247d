import type { Aspect, ReframeMethod } from './reframe.ts'

/** A picture as people see it: upright, with square pixels. */
export type Shown = { width: number; height: number }

export type Geometry = {
  /** Size of the clip. */
  width: number
  height: number
  /** The window that is cut out, for crop and follow; it moves along one side only. */
  window: { width: number; height: number; axis: 'x' | 'y' } | undefined
}

/**
 * The size of a reframed clip; pure. A window is as large as the picture allows and is never enlarged; `fit` keeps the
 * short side of the picture as the short side of the clip.
 */
export function planGeometry(shown: Shown, aspect: Aspect, method: ReframeMethod): Geometry {
  const [across = 1, down = 1] = aspect.split(':').map(Number)
  if (method === 'fit') {
    const short = even(Math.min(shown.width, shown.height))
    return across < down
      ? { width: short, height: even((short * down) / across), window: undefined }
      : { width: even((short * across) / down), height: short, window: undefined }
  }
  const isWider = shown.width * down > shown.height * across
  const window = isWider
    ? { width: even((shown.height * across) / down), height: even(shown.height), axis: 'x' as const }
    : { width: even(shown.width), height: even((shown.width * down) / across), axis: 'y' as const }
  return { width: window.width, height: window.height, window }
}

/** Left or upper edge of a window whose middle is wanted at `at` (0 to 1): inside the picture, on even pixels. */
export function windowEdge(at: number, whole: number, window: number): number {
  const edge = Math.min(whole - window, Math.max(0, at * whole - window / 2))
  return Math.floor(edge / 2) * 2
}

function even(value: number): number {
  return Math.max(2, Math.floor(value / 2) * 2)
}
