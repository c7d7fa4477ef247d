import { XMLParser } from 'fast-xml-parser'
// @ts-expect-error -- the package ships no types
import Timecode from 'smpte-timecode'
import type { CutList } from './cut-list.ts'

/** What an editor would see in an export: the same frames, whatever the format. */
export type ReadEvent = { source: [number, number]; record: [number, number] }
export type ReadMarker = { name: string; frame: number }
export type ReadBack = { events: ReadEvent[]; markers: ReadMarker[] }

type RateOf = Pick<CutList, 'frameRate' | 'dropFrame'>

/** The frame of a timecode, by smpte-timecode. */
export function frameOfTimecode(text: string, { frameRate, dropFrame }: RateOf): number {
  return new Timecode(text, [frameRate.num, frameRate.den], dropFrame).frameCount
}

/** Reads CMX 3600 as its column layout says; the cut starts at 01:00:00:00. Markers in frames of the cut. */
export function readEdl(text: string, rate: RateOf): ReadBack {
  const isDrop = text.includes('FCM: DROP FRAME')
  const frame = (timecode: string) => frameOfTimecode(timecode, { ...rate, dropFrame: isDrop })
  const origin = frame(isDrop ? '01:00:00;00' : '01:00:00:00')
  const tc = String.raw`(\d\d:\d\d:\d\d[:;]\d\d)`
  const events = [
    ...text.matchAll(
      new RegExp(String.raw`^\d{3}  \S{1,8} +(?:V|B|AA/V) +C +${tc} ${tc} ${tc} ${tc}$`, 'gm'),
    ),
  ].map((found): ReadEvent => {
    const [from, to, recordFrom, recordTo] = found.slice(1, 5).map(frame)
    return { source: [from!, to!], record: [recordFrom! - origin, recordTo! - origin] }
  })
  const markers = [...text.matchAll(new RegExp(String.raw`^\* LOC: ${tc} [A-Z]+ +(.*)$`, 'gm'))].map(
    ([, at, name]) => ({ name: name!, frame: frame(at!) - origin }),
  )
  return { events, markers }
}

// oxlint-disable-next-line typescript/no-explicit-any -- a foreign document; the assertions say what it is
type Foreign = any

function parseXml(text: string, lists: string[]): Foreign {
  return new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    processEntities: true,
    isArray: (name) => lists.includes(name),
  }).parse(text)
}

/** Reads FCPXML: rational seconds, which must be whole frames. */
export function readFcpxml(text: string, { frameRate }: RateOf): ReadBack & { src: string } {
  const { fcpxml } = parseXml(text, ['asset-clip', 'marker'])
  const frames = (time: string): number => {
    const [, num, den = '1'] = /^(\d+)(?:\/(\d+))?s$/.exec(time)!
    const found = (BigInt(num!) * BigInt(frameRate.num)) / (BigInt(den) * BigInt(frameRate.den))
    if (found * BigInt(den) * BigInt(frameRate.den) !== BigInt(num!) * BigInt(frameRate.num))
      throw new Error(`${time} is between two frames`)
    return Number(found)
  }
  const { sequence } = fcpxml.library.event.project
  const clips: Foreign[] = sequence.spine['asset-clip']
  const events = clips.map((clip): ReadEvent => {
    const [start, offset, length] = [clip['@start'], clip['@offset'], clip['@duration']].map(frames)
    return { source: [start!, start! + length!], record: [offset!, offset! + length!] }
  })
  const markers = clips.flatMap((clip) =>
    (clip.marker ?? []).map((one: Foreign) => ({ name: one['@value'], frame: frames(one['@start']) })),
  )
  return { events, markers, src: fcpxml.resources.asset['media-rep']['@src'] }
}

/** Reads xmeml; every audio track must say the same as the picture. */
export function readXmeml(text: string): ReadBack & { audio: ReadEvent[][]; pathurl: string } {
  const { xmeml } = parseXml(text, ['clipitem', 'track', 'marker', 'link'])
  const { media } = xmeml.sequence
  const eventsOf = (track: Foreign): ReadEvent[] =>
    track.clipitem.map((item: Foreign) => ({
      source: [Number(item.in), Number(item.out)],
      record: [Number(item.start), Number(item.end)],
    }))
  const picture = media.video.track[0]
  const markers = picture.clipitem.flatMap((item: Foreign) =>
    (item.marker ?? []).map((one: Foreign) => ({ name: String(one.name), frame: Number(one.in) })),
  )
  return {
    events: eventsOf(picture),
    markers,
    audio: (media.audio?.track ?? []).map(eventsOf),
    pathurl: picture.clipitem[0].file.pathurl,
  }
}

/** Reads the picture track of an OpenTimelineIO timeline. */
export function readOtio(text: string): ReadBack & { url: string; rate: number } {
  const [track] = JSON.parse(text).tracks.children
  let at = 0
  const events = track.children.map(({ source_range: range }: Foreign): ReadEvent => {
    const [start, length] = [range.start_time.value, range.duration.value]
    at += length
    return { source: [start, start + length], record: [at - length, at] }
  })
  const markers = track.children.flatMap((clip: Foreign) =>
    clip.markers.map((one: Foreign) => ({ name: one.name, frame: one.marked_range.start_time.value })),
  )
  const [first] = track.children
  return {
    events,
    markers,
    url: first.media_references.DEFAULT_MEDIA.target_url,
    rate: first.source_range.start_time.rate,
  }
}

/** Reads a table by RFC 4180. */
export function readCsv(text: string): Array<Record<string, string>> {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && rows.at(-1)!.length === 0) break
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!)
    if (end === '\r\n') rows.push([])
  }
  const [head, ...body] = rows.filter((row) => row.length > 0)
  return body.map((row) => Object.fromEntries(head!.map((column, index) => [column, row[index]!])))
}
