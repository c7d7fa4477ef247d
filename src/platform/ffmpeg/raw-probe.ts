import type { Rational } from './plan.ts'

/** What a file says about itself and what its packets show, before any judgement. The same from both executors. */
export type RawProbe = {
  /** FFmpeg's names of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  container: string
  sizeBytes: number
  /** As the header declares it; undefined when it does not. */
  declaredDurationMs?: number
  startMs: number
  bitRate: number
  streams: RawStream[]
  packets: RawPackets
}

export type RawStream = {
  index: number
  kind: 'video' | 'audio' | 'subtitle' | 'other'
  /** FFmpeg's name: `h264`, `aac`, `mov_text`. `unknown` when the engine has no decoder by that id. */
  codec: string
  bitRate: number
  durationMs?: number
  /** As the container counts them; 0 when it does not. */
  frames: number
  isDefault: boolean
  /** A still picture of the album or video, not the video itself. */
  isAttachedPicture: boolean
  language?: string
  video?: RawVideo
  audio?: { sampleRate: number; channels: number }
}

export type RawVideo = {
  /** As coded, before rotation. */
  width: number
  height: number
  pixelFormat: string
  pixelAspect: Rational
  averageFrameRate: Rational
  realFrameRate: Rational
  /** Degrees clockwise that a player turns the picture: 0, 90, 180 or 270. */
  rotation: number
  transfer: string
  primaries: string
  matrix: string
}

export type RawPackets = {
  /** Presentation times of the first video packets, in the order of the file. */
  headPtsMs: number[]
  headKeyMs: number[]
  /** End of the last packet that can be read whole, over all streams of video and audio. */
  lastEndMs: number
  lastVideoEndMs?: number
  lastAudioEndMs?: number
  /** Whether the whole file was read, so that the counts below are exact. */
  isComplete: boolean
  videoPackets: number
  audioPackets: number
  /** Reading ended with an error or in the middle of a packet, not at a clean end. */
  endedBroken: boolean
}

/** How many video packets at the start are looked at for the frame timing. */
export const headVideoPackets = 600

/** Files up to this size are read whole when probed; of larger ones only the head and the tail. */
export const completeScanBytes = 32 * 1024 * 1024

/** How far before the declared end the tail is read. */
export const tailMs = 5_000
