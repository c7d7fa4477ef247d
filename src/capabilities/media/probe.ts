import type { FrameRate } from '../../kernel/time.ts'

/** How bright the picture may be: standard, or one of the two ways of high dynamic range. */
export type DynamicRange = 'sdr' | 'pq' | 'hlg'

export type VideoTrack = {
  codec: string
  /** As a player shows it: upright and with square pixels. */
  width: number
  height: number
  /** As coded in the file. */
  codedWidth: number
  codedHeight: number
  frameRate: FrameRate
  /** Degrees clockwise that a player turns the coded picture. */
  rotation: number
  frames: number
  variableFrameRate: boolean
  pixelFormat: string
  bitDepth: number
  dynamicRange: DynamicRange
  bitRate: number
}

export type AudioTrack = {
  codec: string
  sampleRate: number
  channels: number
  bitRate: number
  isDefault: boolean
  language?: string
}

export type SubtitleTrack = { codec: string; language?: string }

/**
 * What is inside a media file. Pictures of an album or a cover are not video.
 * Times are real ones: `durationMs` is where the last whole packet ends, whatever the header claims.
 */
export type Probe = {
  container: string
  sizeBytes: number
  durationMs: number
  declaredDurationMs?: number
  bitRate: number
  video: VideoTrack[]
  audio: AudioTrack[]
  subtitles: SubtitleTrack[]
  /** Of the first video track; 0 without one. */
  width: number
  height: number
  rotation: number
  hdr: boolean
  hasVideo: boolean
  hasAudio: boolean
  hasCoverArt: boolean
  integrity: Integrity
  /** Things worth knowing that are not faults, one sentence each. */
  notes: string[]
}

/** `truncated`: bytes are missing; `overstated`: all bytes are there, but they are less than the header claims. */
export type Integrity = 'whole' | 'truncated' | 'overstated'
