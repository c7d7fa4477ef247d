import type { SpokenWord } from '../scenes/kit.ts'
import type { SceneDrawing } from '../scenes/draw-scene.ts'
import type { ThemeName } from '../scenes/themes.ts'
import type { Brand } from '../storyboard/storyboard.ts'

/** What all scenes of a video have in common when they are drawn. */
export type Stage = {
  width: number
  height: number
  frameRate: number
  language: string
  theme: ThemeName
  brand?: Brand
}

export type MediaFile = { id: string; kind: 'image' | 'video'; path: string }

/** One scene to be drawn and encoded into a file of its own. */
export type SceneJob = {
  drawing: SceneDrawing
  frames: number
  words: SpokenWord[]
  peaks: number[]
  media: MediaFile[]
  /** An MP4 file with one closed piece of H.264, and no sound. Written whole or not at all. */
  outPath: string
}

/** The job of a render child: some scenes, one after the other. */
export type RenderJob = {
  stage: Stage
  scenes: SceneJob[]
  threads: number
  preset: string
  crf: number
}

export type RenderResult = {
  frames: number
  /** Time spent on drawing and on encoding, in milliseconds of this process. */
  drawMs: number
  encodeMs: number
}

/** The encoding of every scene, so that all of them can stand in one file. Part of the name of a cached scene. */
export const sceneEncoding = { preset: 'veryfast', crf: 19 } as const

/** Raise it whenever the same scene would be drawn differently: old pieces are then not used again. */
export const rendererVersion = 1
