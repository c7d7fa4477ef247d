import { type MsRange, rangeLengthMs } from '../../kernel/ranges.ts'
import { type Sound, samplesPerMs } from './wav.ts'

const frameMs = 10
/** Sound is read in pieces of this length, whatever the length of the recording. */
const blockMs = 60_000
const rules = { leastRunMs: 60, joinMs: 120 }

/**
 * Where sound is clearly above what the recording is when nobody speaks: stretches of 60 ms and more, with gaps under
 * 120 ms closed. Works on loudness alone, so music counts too.
 */
export async function findSpeechRuns(sound: Sound): Promise<MsRange[]> {
  const levels = await levelsOf(sound)
  const threshold = quietThreshold(levels)
  const runs: MsRange[] = []
  for (let frame = 0; frame < levels.length; frame++) {
    if (levels[frame]! < threshold) continue
    const startMs = frame * frameMs
    const last = runs.at(-1)
    if (last && startMs - last.endMs < rules.joinMs) last.endMs = startMs + frameMs
    else runs.push({ startMs, endMs: startMs + frameMs })
  }
  const endMs = sound.durationMs
  return runs
    .map((run) => ({ startMs: run.startMs, endMs: Math.min(run.endMs, endMs) }))
    .filter((run) => rangeLengthMs(run) >= rules.leastRunMs)
}

/** Root mean square of every 10 ms, in decibels of full scale. */
async function levelsOf(sound: Sound): Promise<Float32Array> {
  const levels = new Float32Array(Math.ceil(sound.durationMs / frameMs))
  const frameSamples = frameMs * samplesPerMs
  for (let startMs = 0; startMs < sound.durationMs; startMs += blockMs) {
    const samples = await sound.read(startMs, startMs + blockMs)
    for (let at = 0; at < samples.length; at += frameSamples) {
      const end = Math.min(samples.length, at + frameSamples)
      let sum = 0
      for (let index = at; index < end; index++) sum += samples[index]! * samples[index]!
      const share = Math.sqrt(sum / (end - at)) / 32_768
      levels[startMs / frameMs + at / frameSamples] = 20 * Math.log10(Math.max(share, 1e-5))
    }
  }
  return levels
}

/** Between the quiet and the loud of this recording, and never so low that noise counts as speech. */
function quietThreshold(levels: Float32Array): number {
  const sorted = Float32Array.from(levels).sort()
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? -100
  const [floor, loud] = [at(0.1), at(0.95)]
  return Math.max(-65, Math.min(floor + Math.max(6, (loud - floor) * 0.35), loud - 10))
}

/**
 * Cuts a recording into pieces of at most `mostMs`, in its longest pauses; silence at the edges of a piece is cut
 * down to `airMs`. Only speech without any pause is cut inside.
 */
export function cutInPauses(
  runs: readonly MsRange[],
  durationMs: number,
  limits: { mostMs: number; airMs: number },
): MsRange[] {
  const pieces: MsRange[][] = []
  const split = (group: MsRange[]): void => {
    const first = group[0]
    if (!first) return
    if (group.at(-1)!.endMs - first.startMs <= limits.mostMs) return void pieces.push(group)
    if (group.length === 1) return splitLong(first).forEach((part) => pieces.push([part]))
    const cut = longestPause(group)
    split(group.slice(0, cut))
    split(group.slice(cut))
  }
  const splitLong = (run: MsRange): MsRange[] => {
    const count = Math.ceil(rangeLengthMs(run) / limits.mostMs)
    const step = rangeLengthMs(run) / count
    return Array.from({ length: count }, (_, index) => ({
      startMs: run.startMs + index * step,
      endMs: run.startMs + (index + 1) * step,
    }))
  }
  split([...runs])
  return pieces.map((group, index) => {
    const startMs = group[0]!.startMs
    const endMs = group.at(-1)!.endMs
    const before = pieces[index - 1]?.at(-1)?.endMs ?? 0
    const after = pieces[index + 1]?.[0]?.startMs ?? durationMs
    return {
      startMs: Math.round(startMs - Math.min(limits.airMs, (startMs - before) / 2)),
      endMs: Math.round(endMs + Math.min(limits.airMs, (after - endMs) / 2)),
    }
  })
}

/** Prefers long pauses, and of like ones those in the middle, so that pieces come out of like length. */
function longestPause(group: readonly MsRange[]): number {
  const middle = (group[0]!.startMs + group.at(-1)!.endMs) / 2
  const half = middle - group[0]!.startMs
  let best = { at: 1, worth: -1 }
  for (let at = 1; at < group.length; at++) {
    const pauseMs = group[at]!.startMs - group[at - 1]!.endMs
    const offset = Math.abs(group[at]!.startMs - middle) / half
    const worth = Math.min(pauseMs, 1_000) * (1 - 0.6 * Math.min(1, offset))
    if (worth > best.worth) best = { at, worth }
  }
  return best.at
}
