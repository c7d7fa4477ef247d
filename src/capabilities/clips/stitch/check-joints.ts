import { decodeWindow } from '../cutter/check-clip.ts'
import { type SourcePacket, openSource, readPacket } from '../cutter/source.ts'

/** Frames after a joint that are decoded as well. */
const framesAfterJoint = 6

/**
 * Decodes around every place where two parts meet, from a key picture before it on. `firstFrames` is the number of
 * the first frame of each part.
 */
export function checkJoints(
  path: string,
  firstFrames: readonly number[],
): { framesDecoded: number; problems: string[] } {
  const clip = openSource(path)
  clip.audio = []
  const packets: SourcePacket[] = []
  for (let next = readPacket(clip); next; next = readPacket(clip)) {
    next.packet.unref()
    if (next.streamIndex === clip.video.index) packets.push(next)
  }
  const problems: string[] = []
  let framesDecoded = 0
  for (const [part, joint] of firstFrames.entries()) {
    if (part === 0) continue
    if (!packets[joint]?.facts.isKey) problems.push(`part ${part + 1} does not begin with a key picture`)
    let from = joint - 1
    while (from > 0 && !packets[from]!.facts.isKey) from--
    const window = { from, to: Math.min(packets.length, joint + framesAfterJoint) }
    const seen = decodeWindow(clip, packets, window, () => undefined)
    framesDecoded += seen.frames
    if (seen.damaged > 0 || seen.frames !== seen.expected) {
      problems.push(`the pictures where part ${part + 1} begins cannot be decoded`)
    }
  }
  for (const { packet } of packets) packet.free()
  clip.format.closeInputSync()
  return { framesDecoded, problems }
}
