import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { avcCodecOf, readClock, readSegment } from './cmaf.ts'
import { mediaErrors } from './errors.ts'
import { readMediaPlaylist } from './media-playlist.ts'
import type { SegmentTimes } from './packaging/dash-manifest.ts'

/** What a written rendition really holds. */
export type RenditionFacts = {
  codec: string | undefined
  samples: number
  segments: number
  durationMs: number
  longestSegmentMs: number
  sizeBytes: number
  bitrate: number
  averageBitrate: number
  /** Start of each segment on the media clock, to compare qualities. */
  decodeTimes: bigint[]
  times: SegmentTimes
}

/**
 * Reads a rendition back from its playlist, segment by segment. Fails with `media.badPackage` when a file is missing,
 * empty, or when a segment of video does not begin with a picture that can be decoded by itself.
 */
export async function readRendition(playlistPath: string, kind: 'video' | 'audio'): Promise<RenditionFacts> {
  const folder = dirname(playlistPath)
  const playlist = readMediaPlaylist(await readFile(playlistPath, 'utf8'))
  if (!playlist.isComplete || playlist.segments.length === 0) {
    throw mediaErrors.badPackage(`The playlist ${playlistPath} is not complete.`)
  }
  const init = await readFile(join(folder, playlist.init))
  const { timescale, shownFromTicks } = readClock(init)
  if (timescale === 0) throw mediaErrors.badPackage(`The init segment beside ${playlistPath} has no clock.`)
  const facts: RenditionFacts = {
    codec: kind === 'video' ? avcCodecOf(init) : 'mp4a.40.2',
    samples: 0,
    segments: playlist.segments.length,
    durationMs: 0,
    longestSegmentMs: 0,
    sizeBytes: init.length,
    bitrate: 0,
    averageBitrate: 0,
    decodeTimes: [],
    times: { init: playlist.init, timescale, startTicks: 0, durationsTicks: [] },
  }
  for (const segment of playlist.segments) {
    const data = await readFile(join(folder, segment.file))
    const { samples, startsWithIdr, decodeTime, firstOffsetTicks } = readSegment(data)
    if (samples === 0) throw mediaErrors.badPackage(`The segment ${segment.file} is empty.`)
    if (kind === 'video' && !startsWithIdr) {
      throw mediaErrors.badPackage(`The segment ${segment.file} does not begin with a key frame.`)
    }
    facts.samples += samples
    facts.durationMs += segment.durationMs
    facts.longestSegmentMs = Math.max(facts.longestSegmentMs, segment.durationMs)
    facts.sizeBytes += data.length
    if (facts.decodeTimes.length === 0) {
      facts.times.startTicks = Math.max(0, Number(decodeTime) + firstOffsetTicks - shownFromTicks)
    }
    facts.decodeTimes.push(decodeTime)
    // A last segment of a few frames says nothing about the bandwidth needed.
    if (segment.durationMs >= 500 || playlist.segments.length === 1) {
      facts.bitrate = Math.max(facts.bitrate, bitsPerSecond(data.length, segment.durationMs))
    }
  }
  facts.times.durationsTicks = lengths(facts.decodeTimes, timescale, playlist.segments.at(-1)!.durationMs)
  facts.averageBitrate = bitsPerSecond(facts.sizeBytes, facts.durationMs)
  facts.bitrate = Math.max(facts.bitrate, facts.averageBitrate)
  return facts
}

/** Each segment lasts until the next begins; how long the last lasts is what the playlist says. */
function lengths(decodeTimes: readonly bigint[], timescale: number, lastMs: number): number[] {
  return decodeTimes.map((time, index) => {
    const next = decodeTimes[index + 1]
    return next === undefined ? Math.round((lastMs * timescale) / 1000) : Number(next - time)
  })
}

function bitsPerSecond(sizeBytes: number, durationMs: number): number {
  return Math.ceil((sizeBytes * 8000) / Math.max(1, durationMs))
}
