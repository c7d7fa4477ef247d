import type { Reframe } from '../reframe/reframe.ts'
import type { CutMode } from './cut-plan.ts'

/** What the check of a finished clip found, by reading the file again. */
export type SeamCheck = {
  passed: boolean
  /** Frames decoded around the places where encoded and copied pictures meet. */
  framesDecoded: number
  /** Largest mean difference of brightness (0 to 255) between a decoded frame and the same frame of the source. */
  worstDifference: number
  problems: string[]
}

/** What was done and what came out; every number is measured, none is assumed. */
export type Receipt = {
  out: string
  mode: CutMode
  /** Frames of the source that start inside the range. */
  requestedFrames: number
  /** Frames in the file. */
  frames: number
  /** Length of the pictures, from the first frame to the end of the last. */
  durationMs: number
  /** Stretch of the source the file really shows. Differs from the request in mode "copy". */
  startMs: number
  endMs: number
  /** How much was taken over as it is, and how much was encoded anew. */
  copiedMs: number
  encodedMs: number
  audio: 'copied' | 'encoded' | 'none'
  /** How far the sound starts from where it was against the picture in the source; positive is late. */
  avOffsetMs: number
  /** Bytes read from the source. */
  bytesRead: number
  sizeBytes: number
  width: number
  height: number
  cpuMs: number
  /** Why less was copied than the mode hoped for, or null. */
  fallback: string | null
  /** Its shape and where its window was, when it is another than the source's. */
  reframe?: Reframe
  seamCheck: SeamCheck
}

/** The receipt as the media child knows it; the parent adds the processor time of the child. */
export type CutResult = Omit<Receipt, 'cpuMs'>

export type CutJob = {
  sourcePath: string
  outPath: string
  startMs: number
  endMs: number
  mode: CutMode
  /** Encode the sound even where it could be copied. */
  encodeAudio?: boolean
  /** Fail with `CannotJoin` instead of encoding the clip as a whole. */
  isJoinOnly?: boolean
  /** Leave the sound out. */
  isSilent?: boolean
  /** Tick of the pictures' clock that counts as zero. Its giver knows the length too, so the file is not asked. */
  originTicks?: number
  /** Give the pictures another shape; encodes them all. */
  reframe?: Reframe
}
