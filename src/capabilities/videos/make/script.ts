import type { Scene } from '../storyboard/scene-schemas.ts'

type Without<Kind> = Kind extends unknown
  ? Omit<Kind, 'id' | 'timing' | 'transition' | 'camera' | 'narration'>
  : never

/** How a beat may be shown: a scene without what the planner decides. Defaults of the schema may be left out. */
export type Visual = { kind: Scene['kind'] } & Partial<Without<Scene>> & Record<string, unknown>

/** One thought of a video: what is said, and how it is shown. */
export type Beat = {
  say: string
  show: Visual
  /** Beats with a lower number stay when there is not time for all. */
  rank: number
  /** Silence after it; the planner's own when it is not said. */
  pauseMs?: number
}

/** Where a script comes from, said plainly to whoever watches over the result. */
export type ScriptOrigin = 'example' | 'outline' | 'own-script' | 'model'

export type VideoScript = {
  title: string
  origin: ScriptOrigin
  /** What the reader of a receipt is told. */
  note: string
  beats: Beat[]
  tags: string[]
  description: string
}
