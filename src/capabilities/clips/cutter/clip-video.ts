import type { CodecParameters, Packet } from 'node-av/lib'
import type { TimeBase } from './cut-plan.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { SourcePacket } from './source.ts'

/** A frame of the clip as it was written; `pts` is still on the source's timeline. */
export type WrittenFrame = { pts: number; durationTicks: number; isCopied: boolean }

/** Takes finished packets in decoding order, times still on the source's timeline. */
export type EmitVideo = (packet: Packet, frame: WrittenFrame) => void

/** The picture track of a clip on its way from the source: joined, copied or encoded. */
export type ClipVideo = {
  parameters: CodecParameters
  /** Name of the codec in the file, where the muxer's own choice does not do. */
  tag?: string
  timeBase: TimeBase
  /** Takes the next packet of the source and owns it. Resolves to false once nothing later can be wanted. */
  push(packet: SourcePacket, emit: EmitVideo): Promise<boolean>
  finish(emit: EmitVideo): Promise<void>
  /** Frames of the source that start inside the range, as far as pushed. */
  requestedFrames(): number
  /** How the source looks around the seams, by presentation time, to compare the finished clip with. */
  fingerprints: ReadonlyMap<number, Fingerprint>
}

/** This source or range cannot be joined safely; the clip is encoded as a whole instead, for this reason. */
export class CannotJoin extends Error {
  override name = 'CannotJoin'
}
