import type { Packet } from 'node-av/lib'
import { isPastEnd } from '../cutter/cut-plan.ts'
import { type Source, type SourcePacket, readPacket, seekBefore } from '../cutter/source.ts'
import type { ScannedPart } from './scan-part.ts'
import { convertTicks } from './target.ts'

export type ReadPart = {
  /** Takes each packet of the pictures from the key packet before the part on; does not keep it. */
  onPicture?: (packet: SourcePacket) => void
  /** Takes the packets of the first sound track around the part. */
  onSound?: (packet: Packet) => void
  /** How much of the part was read, 0 to 1. */
  onShare?: (share: number) => Promise<void>
}

/** Reads the stretch of a source once, from a key packet before it to the last sound of it, and closes the source. */
export async function readPart(source: Source, scanned: ScannedPart, take: ReadPart): Promise<void> {
  const { range, pts, endTicks } = scanned
  const audio = take.onSound ? source.audio[0] : undefined
  const ahead = seekBefore(source, range)
  const length = endTicks - pts[0]!
  let isVideoDone = false
  let isSoundDone = audio === undefined
  // Sound may end before the pictures; two seconds later nothing of it can be missing.
  const giveUpAt = endTicks + Math.round((2 * source.timeBase.den) / source.timeBase.num)
  for (let next = ahead.shift() ?? readPacket(source); next; next = ahead.shift() ?? readPacket(source)) {
    const { facts } = next
    if (next.streamIndex === source.video.index) {
      if (isPastEnd(facts, range)) isVideoDone = true
      else take.onPicture?.(next)
      if (facts.dts !== undefined && facts.dts > giveUpAt) isSoundDone = true
      await take.onShare?.(Math.min(1, Math.max(0, ((facts.dts ?? 0) - pts[0]!) / length)))
    } else if (audio && next.streamIndex === audio.index) {
      const at =
        facts.pts === undefined ? undefined : convertTicks(facts.pts, audio.timeBase, source.timeBase)
      if (at !== undefined && at >= endTicks) isSoundDone = true
      const isNear =
        at === undefined || at >= pts[0]! - Math.round(source.timeBase.den / source.timeBase.num / 4)
      if (!isSoundDone && isNear) take.onSound!(next.packet)
    }
    next.packet.free()
    if (isVideoDone && isSoundDone) break
  }
  while (ahead.length > 0) ahead.shift()!.packet.free()
  source.format.closeInputSync()
}
