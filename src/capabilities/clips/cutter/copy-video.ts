import { AV_CODEC_ID_HEVC } from 'node-av/constants'
import { CodecParameters } from 'node-av/lib'
import type { ClipVideo } from './clip-video.ts'
import { type TickRange, isPastEnd, isWanted } from './cut-plan.ts'
import type { Source } from './source.ts'

/**
 * Pictures of a plain copy: whole packets from a key packet on, as long as all they show lies before the end.
 * `range` begins at that key packet; pictures that are shown before it are left out, they cannot be decoded.
 * `asked` is the range as requested, only to count its frames.
 */
export function openCopy(
  source: Source,
  range: TickRange,
  asked: TickRange,
  askedInFront: number,
): ClipVideo {
  const parameters = new CodecParameters()
  parameters.alloc()
  source.video.codecpar.copy(parameters)
  let isEnded = false
  let requested = askedInFront
  return {
    parameters,
    // Apple's players take HEVC only under this name.
    tag: parameters.codecId === AV_CODEC_ID_HEVC ? 'hvc1' : undefined,
    timeBase: source.timeBase,
    fingerprints: new Map(),
    requestedFrames: () => requested,
    async push({ packet, facts }, emit) {
      if (isWanted(facts, asked)) requested++
      const isLeading = facts.pts === undefined || facts.pts < range.start
      if (!isEnded && !isLeading) {
        if (isWanted(facts, range)) {
          emit(packet.clone()!, { pts: facts.pts!, durationTicks: Number(packet.duration), isCopied: true })
        } else isEnded = true
      }
      packet.free()
      return !isPastEnd(facts, range)
    },
    async finish() {},
  }
}
