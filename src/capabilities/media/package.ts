import type { CaptionRendition } from './packaging/caption-track.ts'
import type { Thumbnails } from './packaging/thumbnails.ts'

/** One quality of a package, as it was written and read back. */
export type Rendition = {
  name: string
  /** Relative to the package folder. */
  playlist: string
  width: number
  height: number
  /** Highest bits per second of any segment. */
  bitrate: number
  averageBitrate: number
  /** RFC 6381, such as `avc1.64001f`. */
  codec: string
  frameRate: number
  frames: number
  segments: number
  durationMs: number
  /** The source's own video, not encoded again. */
  copied: boolean
}

export type AudioRendition = {
  playlist: string
  bitrate: number
  averageBitrate: number
  codec: string
  segments: number
  durationMs: number
}

/** A streaming package in a folder: CMAF segments, and playlists for them. */
export type Package = {
  /** File name of the multivariant playlist in the folder. */
  hls: string
  /** File name of the DASH manifest for the same segments; null when they are encrypted, which only HLS knows. */
  dash: string | null
  renditions: Rendition[]
  audio: AudioRendition | null
  captions: CaptionRendition[]
  thumbnails: Thumbnails | null
  encrypted: boolean
  /** Length that segments aim at. */
  segmentMs: number
  durationMs: number
  sizeBytes: number
  cpuMs: number
  notes: string[]
}
