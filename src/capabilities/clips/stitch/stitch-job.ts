import type { Receipt } from '../cutter/receipt.ts'
import type { LoudnessWish } from './conform-loudness.ts'

/** One stretch of a file, half-open, in milliseconds. */
export type PartJob = {
  sourcePath: string
  /** How the receipt calls the source. Default: its path. */
  label?: string
  startMs: number
  /** `Infinity` is the end of the file. */
  endMs: number
  /** Tick of the pictures' clock that counts as zero; without it, what a player shows as zero. */
  originTicks?: number
  /** How much louder its sound is made, in dB. */
  gainDb?: number
}

export type StitchJob = {
  parts: PartJob[]
  outPath: string
  /** An empty folder for intermediate files; whoever made it removes it. */
  workDir: string
  /** Encode every part, even those that could be copied. */
  isEncoded?: boolean
  /** Length of the cross-fade between two parts; 0 (default) is a plain cut. */
  fadeMs?: number
  /** Default "keep". */
  loudness?: LoudnessWish
}

/** What became of one part. */
export type PartReceipt = {
  source: string
  startMs: number
  endMs: number
  /** Frames it had to give, after its frame rate was fitted. */
  requestedFrames: number
  frames: number
  copiedMs: number
  encodedMs: number
  /** How long the part before fades into it; these frames count as its own. */
  fadeInMs: number
  /** How much louder it was made, in dB. */
  gainDb: number
  /** Why it was encoded as a whole, or null. */
  fallback: string | null
}

/** The receipt of a file made from several parts; `startMs` is 0 and `mode` is "encode" when nothing was copied. */
export type StitchReceipt = Receipt & { parts: PartReceipt[] }

export type StitchResult = Omit<StitchReceipt, 'cpuMs'>
