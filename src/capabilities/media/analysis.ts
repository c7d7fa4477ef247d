import type { MsRange } from '../../kernel/ranges.ts'
import type { FrameRate } from '../../kernel/time.ts'

/** How speech is told from silence; the names and defaults are auto-editor's. */
export type AnalysisOptions = {
  /** A frame is loud from this share of the loudest sample of the recording on; 0 to 1. */
  threshold: number
  /** How much is kept before and after each loud stretch. */
  marginMs: number
  /** Quiet stretches shorter than this are not cut out. */
  minCutMs: number
  /** Loud stretches shorter than this are noise. */
  minClipMs: number
}

export const defaultAnalysisOptions: AnalysisOptions = {
  threshold: 0.04,
  marginMs: 200,
  minCutMs: 200,
  minClipMs: 100,
}

/** A stretch to keep, `[startFrame, endFrame)` and the same in milliseconds. */
export type KeepRange = MsRange & { startFrame: number; endFrame: number }

export type SceneChange = {
  atMs: number
  /** 0 to 1: how different the picture is from the one before. */
  score: number
}

export type Loudness = {
  /** EBU R 128 integrated loudness; −70 means silence. */
  integratedLufs: number
  truePeakDb: number
  rangeLu: number
}

export const suggestionKinds = [
  'deadAir',
  'longPause',
  'filler',
  'retake',
  'black',
  'frozen',
  'loudnessJump',
  'hook',
  /** Not found but made: a person wants this stretch out. */
  'ownCut',
] as const
export type SuggestionKind = (typeof suggestionKinds)[number]

/** A place where an edit would help, with the reason in one sentence. */
export type Suggestion = MsRange & {
  kind: SuggestionKind
  reason: string
  /** 0 to 1. */
  confidence: number
}

export type ContactSheet = {
  /** A file name in the analysis folder. */
  file: string
  columns: number
  rows: number
  tileWidth: number
  tileHeight: number
  /** Time between two tiles. */
  everyMs: number
}

/** Small pictures for scrubbing, on sheets; `vtt` is the track that players read. */
export type Sprites = {
  files: string[]
  vtt: string
  columns: number
  rows: number
  tileWidth: number
  tileHeight: number
  everyMs: number
}

/** What an editor has to know of the recording; absent in analyses from before it was kept. */
export type AnalysedSource = {
  /** File name, when the caller gave it. */
  name?: string
  width?: number
  height?: number
  sampleRate?: number
  /** 0 without sound. */
  channels?: number
}

/**
 * What one pass over a recording found. File names are relative to the folder it was written to.
 * Scenes, black stretches and pictures come from key frames, so their times are those of key frames.
 */
export type Analysis = {
  version: 1
  source?: AnalysedSource
  durationMs: number
  frameRate: FrameRate
  frames: number
  options: AnalysisOptions
  keep: KeepRange[]
  /** Quiet stretches, without margins. */
  silences: MsRange[]
  /** Where somebody speaks, by voice and not by loudness; absent when nobody listened for it. */
  speech?: MsRange[]
  scenes: SceneChange[]
  black: MsRange[]
  /** Stretches of 4 s and more in which the picture does not move; absent in analyses from before it was looked for. */
  frozen?: MsRange[]
  /** Absent when there is no sound. */
  loudness: Loudness | null
  poster: string
  posterAtMs: number
  contactSheet: string
  contactSheetLayout: ContactSheet
  /** Absent in analyses from before there were any. */
  sprites?: Sprites
  /** Waveform: see `peaks.ts`. */
  peaks: string
  suggestions: Suggestion[]
  notes: string[]
}
