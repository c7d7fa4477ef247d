import type { AvcConfig } from '../cutter/avc-config.ts'
import { CannotJoin } from '../cutter/clip-video.ts'
import { cutFile } from '../cutter/cut-file.ts'
import { ticksToMs } from '../cutter/cut-plan.ts'
import type { Nal } from '../cutter/h264-nal.ts'
import { readPpsIds, readSps } from '../cutter/h264-parameter-sets.ts'
import { readPacket } from '../cutter/source.ts'
import type { CutResult } from '../cutter/receipt.ts'
import type { MediaChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import { type ScannedPart, openPart } from './scan-part.ts'
import { type Target, whyNotAlike } from './target.ts'

/** A part whose packets are taken over, from a file that holds just it. */
export type CopiedPart = {
  kind: 'copy'
  scanned: ScannedPart
  path: string
  cut: CutResult
  avc: AvcConfig
  /** Smallest presentation time and first decoding time in that file. */
  zero: number
  firstDts: number
}

export type EncodedPart = { kind: 'encode'; scanned: ScannedPart; because: string }

/** Where one part passes into the next; `scanned` is the beginning of the next one. */
export type FadePart = { kind: 'fade'; scanned: ScannedPart; tail: ScannedPart; because: string }

export type PlannedPart = CopiedPart | EncodedPart | FadePart

/** Parameter sets of all copied parts together. */
export type ParameterSets = { sps: Nal[]; pps: Nal[]; lengthBytes: number }

/** Makes a file of a part that can be copied, edges encoded; tells why it cannot be otherwise. */
export async function planPart(
  scanned: ScannedPart,
  target: Target,
  outPath: string,
  tools: MediaChildTools,
): Promise<PlannedPart> {
  const because = whyNotAlike(scanned, target)
  if (because) return { kind: 'encode', scanned, because }
  const { job, originTicks, range, timeBase } = scanned
  const path = outPath
  try {
    const endMs = Number.isFinite(job.endMs) ? job.endMs : ticksToMs(range.end - originTicks, timeBase)
    const wish = { sourcePath: job.sourcePath, startMs: job.startMs, endMs, originTicks }
    const cut = await cutFile(
      { ...wish, outPath: path, mode: 'exact', isJoinOnly: true, isSilent: true },
      { progress: () => tools.progress({}) },
    )
    if (cut.frames !== scanned.pts.length) throw new CannotJoin('frames are missing')
    return { kind: 'copy', scanned, path, cut, ...readCopy(path) }
  } catch (error) {
    if (!(error instanceof CannotJoin)) throw error
    return { kind: 'encode', scanned, because: error.message }
  }
}

function readCopy(path: string): Pick<CopiedPart, 'avc' | 'zero' | 'firstDts'> {
  const source = openPart(path)
  if (!source.avc) throw new CannotJoin('it lacks the parameters of its pictures')
  let zero = Number.POSITIVE_INFINITY
  let firstDts: number | undefined
  for (let next = readPacket(source); next; next = readPacket(source)) {
    zero = Math.min(zero, next.facts.pts ?? zero)
    firstDts ??= next.facts.dts
    next.packet.free()
  }
  if (!Number.isFinite(zero) || firstDts === undefined) throw new CannotJoin('its decoding times are wrong')
  return { avc: source.avc, zero, firstDts }
}

/**
 * Collects the parameter sets of the copied parts; those that would need another set under an id that is taken are
 * turned into encoded ones.
 */
export function agreeOnParameterSets(parts: readonly PlannedPart[]): {
  parts: PlannedPart[]
  sets: ParameterSets | undefined
} {
  let sets: ParameterSets | undefined
  const agreed = parts.map((part): PlannedPart => {
    if (part.kind !== 'copy') return part
    const merged = mergeSets(sets, part.avc)
    if (!merged) return { kind: 'encode', scanned: part.scanned, because: 'its coding parameters differ' }
    sets = merged
    return part
  })
  return { parts: agreed, sets }
}

export function mergeSets(sets: ParameterSets | undefined, avc: AvcConfig): ParameterSets | undefined {
  if (avc.framing.kind !== 'length') return undefined
  const { lengthBytes } = avc.framing
  if (!sets) return { sps: [...avc.sps], pps: [...avc.pps], lengthBytes }
  if (sets.lengthBytes !== lengthBytes) return undefined
  const sps = mergeById(sets.sps, avc.sps, (nal) => readSps(nal).id)
  const pps = mergeById(sets.pps, avc.pps, (nal) => readPpsIds(nal).id)
  // The sample entry counts them in 5 bits.
  return sps && pps && sps.length <= 31 ? { sps, pps, lengthBytes } : undefined
}

function mergeById(
  known: readonly Nal[],
  more: readonly Nal[],
  idOf: (nal: Nal) => number,
): Nal[] | undefined {
  const merged = [...known]
  for (const nal of more) {
    const same = merged.find((one) => idOf(one) === idOf(nal))
    if (!same) merged.push(nal)
    else if (!same.equals(nal)) return undefined
  }
  return merged
}
