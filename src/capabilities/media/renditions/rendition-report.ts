import type { FrameRate } from '../../../kernel/time.ts'
import type { MeasuredLoudness } from './loudness-plan.ts'
import type { PresetName } from './presets.ts'
import type { Quality } from './quality.ts'

/** What a rendition proves about itself, read back from the written file. */
export type RenditionReport = {
  preset: PresetName
  codec: string
  audioCodec: string | null
  width: number
  height: number
  frameRate: FrameRate
  frames: number
  durationMs: number
  sizeBytes: number
  bitRate: number
  /** `copied`: the source's own packets, which cost nothing and lose nothing. */
  video: 'copied' | 'encoded'
  audio: 'copied' | 'encoded' | 'none'
  quality: Quality
  /** How often it was encoded: 2 when the first was below the threshold. */
  attempts: number
  /** Null where sound is left as loud as it is, and without sound. */
  loudness: { before: MeasuredLoudness; after: MeasuredLoudness; targetLufs: number } | null
  cpuMs: number
  notes: string[]
}
