import { open, writeFile } from 'node:fs/promises'
import { clipErrors } from '../errors.ts'
import { ticksToMs } from '../cutter/cut-plan.ts'
import { assertWhole } from './assert-whole.ts'
import { loadAhead } from './load-ahead.ts'
import { type Covering, coverSound } from './map-range.ts'
import { mergeTracks } from './merge-tracks.ts'
import type { Programme, Track } from './programme.ts'
import { distanceMs, readFirstTime, readTimes, usualGap } from './read-times.ts'

/** A local file with the segments of one stretch, and the wanted range on its own clock. */
export type AssembledStretch = {
  path: string
  /** The tick that `startMs` and `endMs` count from: the first frame in the file. */
  originTicks: number
  startMs: number
  endMs: number
  isToTheEnd: boolean
  /** Time of the programme at `originTicks`. */
  programmeMs: number
}

type Place = { isFirst: boolean; isLast: boolean; workPath: string }

/** Enough of a segment to find its first picture. */
const peekBytes = 262_144

/** Beyond the first discontinuity a time rests on rounded lengths in the playlist; frames this close to it are meant. */
const roundingMs = 0.5

/**
 * Fetches the segments of a stretch into one file and finds the range in it by their own timestamps. One more segment is
 * read at an end where the lengths in the playlist turn out to be wrong. Undefined when no frame of it is wanted.
 */
export async function assembleStretch(
  programme: Programme,
  wanted: Covering,
  range: { startMs: number; endMs: number },
  place: Place,
): Promise<AssembledStretch | undefined> {
  const { pictures, sound } = programme
  const { segments, stretches } = pictures.playlist
  const { stretch } = wanted
  const picturePath = `${place.workPath}.media`
  const covering = { ...wanted }
  const anchor = place.isFirst ? await readAnchor(pictures, covering, `${place.workPath}.anchor`) : undefined
  const slackMs = stretch === stretches[0] ? 0 : roundingMs

  for (;;) {
    await writeSegments(pictures, covering, picturePath)
    const times = readTimes(picturePath)
    const [first] = times.pts
    if (first === undefined) throw clipErrors.segmentDamaged('The segments of this range hold no pictures.')
    const expectedMs = segments[covering.first]!.startMs - stretch.startMs
    const offsetMs = anchor === undefined ? expectedMs : distanceMs(anchor, first, times.timeBase, expectedMs)
    const lengthMs = ticksToMs(times.endTicks - first, times.timeBase)
    const gapMs = ticksToMs(usualGap(times.pts), times.timeBase)
    const startMs = place.isFirst ? range.startMs - stretch.startMs - offsetMs - slackMs : 0
    const endMs = place.isLast ? range.endMs - stretch.startMs - offsetMs - slackMs : lengthMs + 1
    if (startMs < -gapMs / 2 && covering.first > stretch.first) {
      covering.first--
      continue
    }
    if (place.isLast && endMs > lengthMs + gapMs / 2 && covering.last < stretch.last) {
      covering.last++
      continue
    }
    assertWhole(pictures.playlist, covering, times, offsetMs + stretch.startMs, { startMs, endMs })
    if (endMs <= 0 || startMs >= lengthMs) return undefined
    const isWanted = times.pts.some((pts) => {
      const at = ticksToMs(pts - first, times.timeBase)
      return at >= startMs - 1 && at < endMs
    })
    if (!isWanted) return undefined
    const found = {
      startMs: Math.max(0, startMs),
      endMs: place.isLast ? endMs : lengthMs + 1,
      isToTheEnd: !place.isLast,
      programmeMs: stretch.startMs + offsetMs,
    }
    if (!sound) return { ...found, path: picturePath, originTicks: first }
    const soundCovering = coverSound(
      sound.playlist,
      stretches.indexOf(stretch),
      offsetMs + found.startMs,
      offsetMs + Math.min(found.endMs, lengthMs),
    )
    if (!soundCovering) return { ...found, path: picturePath, originTicks: first }
    const soundPath = `${place.workPath}.sound`
    const path = `${place.workPath}.mp4`
    await writeSegments(sound, soundCovering, soundPath)
    mergeTracks(picturePath, soundPath, first, path)
    return { ...found, path, originTicks: readTimes(path).pts[0]! }
  }
}

/** The time of the first picture of a stretch, which its other times are counted from. */
async function readAnchor(track: Track, covering: Covering, path: string): Promise<number | undefined> {
  const { segments } = track.playlist
  const segment = segments[covering.stretch.first]!
  // The first segment of the range tells it by itself; a gap tells nothing.
  if (segment.isGap) return undefined
  for (const bytes of [peekBytes, Number.MAX_SAFE_INTEGER]) {
    const start =
      bytes === peekBytes ? await track.loader.peek(segment, bytes) : await track.loader.load(segment)
    await writeFile(path, Buffer.concat([await track.loader.loadMap(segment), start]))
    const first = tryReadFirstTime(path)
    if (first !== undefined) return first
  }
  return undefined
}

function tryReadFirstTime(path: string): number | undefined {
  try {
    return readFirstTime(path)
  } catch {
    // Too little of it, or not the pictures yet; the caller reads more or does without.
    return undefined
  }
}

async function writeSegments(track: Track, covering: Covering, path: string): Promise<void> {
  const { segments } = track.playlist
  const file = await open(path, 'w')
  try {
    await file.write(await track.loader.loadMap(segments[covering.first]!))
    const count = covering.last - covering.first + 1
    const load = (index: number) => track.loader.load(segments[covering.first + index]!)
    for await (const bytes of loadAhead(count, load)) await file.write(bytes)
  } finally {
    await file.close()
  }
}
