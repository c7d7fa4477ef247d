import { formatTimecode } from '../../../kernel/time.ts'
import { type CutList, cutFrames, type PlacedEvent, placeEvents } from './cut-list.ts'
import { rateLabel, timecodeBase } from './edit-rate.ts'
import { cutListErrors } from './errors.ts'
import { mediaUrl } from './media-url.ts'
import { oneLine } from './plain-text.ts'
import { element, writeXml, type Xml } from './xml.ts'

/** What every part of one document says alike. */
type Parts = { list: CutList; rate: Xml; events: PlacedEvent[]; audioTracks: number[] }

/**
 * A Final Cut Pro 7 project, as Premiere and Resolve read it (xmeml version 5): one video track and an audio track per
 * channel, linked. Times are whole frames; ends are exclusive. Fails with `cutList.formatCannot`.
 */
export function writeXmeml(list: CutList): string {
  const base = timecodeBase(list.frameRate)
  if (!base) {
    throw cutListErrors.formatCannot(
      `Premiere's XML has no time base for ${rateLabel(list.frameRate)} fps, only for whole rates and 1000/1001 of them.`,
    )
  }
  const rate = element('rate', [
    element('timebase', base.nominal),
    element('ntsc', base.isNtsc ? 'TRUE' : 'FALSE'),
  ])
  const audioTracks = Array.from({ length: list.source.channels }, (_, index) => index + 1)
  const parts: Parts = { list, rate, events: placeEvents(list), audioTracks }
  const sequence = element(
    'sequence',
    [
      element('name', oneLine(list.name)),
      element('duration', cutFrames(list)),
      rate,
      timecodeOf(parts),
      element('media', [videoOf(parts), ...(audioTracks.length > 0 ? [audioOf(parts)] : [])]),
    ],
    { id: 'sequence-1' },
  )
  return writeXml(element('xmeml', [sequence], { version: '5' }), 'xmeml')
}

function timecodeOf({ list, rate }: Parts): Xml {
  const { dropFrame, frameRate } = list
  return element('timecode', [
    rate,
    // This format writes drop-frame with semicolons throughout.
    element(
      'string',
      dropFrame ? formatTimecode(0, frameRate).replaceAll(':', ';') : formatTimecode(0, frameRate),
    ),
    element('frame', 0),
    element('displayformat', dropFrame ? 'DF' : 'NDF'),
  ])
}

function videoOf(parts: Parts): Xml {
  const { source } = parts.list
  const picture = element('samplecharacteristics', [
    parts.rate,
    element('width', source.width),
    element('height', source.height),
    element('pixelaspectratio', 'square'),
  ])
  const items = parts.events.map((event) => {
    const isFirst = event.number === 1
    return clipItem(parts, event, 0, [
      isFirst ? fileOf(parts) : fileAgain,
      ...linksOf(parts, event),
      ...event.markers.map(({ frame, name, note }) =>
        // In the time of the source, like in and out; −1: a moment, not a stretch.
        markerOf(name, note, frame),
      ),
    ])
  })
  return element('video', [element('format', [picture]), element('track', items)])
}

function audioOf(parts: Parts): Xml {
  const { sampleRate } = parts.list.source
  const sound = element('samplecharacteristics', [element('depth', 16), element('samplerate', sampleRate)])
  const tracks = parts.audioTracks.map((track) =>
    element(
      'track',
      parts.events.map((event) =>
        clipItem(parts, event, track, [
          fileAgain,
          element('sourcetrack', [element('mediatype', 'audio'), element('trackindex', track)]),
          ...linksOf(parts, event),
        ]),
      ),
    ),
  )
  return element('audio', [element('format', [sound]), ...tracks])
}

/** Track 0 is the picture. */
function clipId(event: PlacedEvent, track: number): string {
  return `clipitem-${event.number}-${track === 0 ? 'v' : `a${track}`}`
}

function clipItem({ list, rate }: Parts, event: PlacedEvent, track: number, rest: Xml[]): Xml {
  return element(
    'clipitem',
    [
      element('masterclipid', 'masterclip-1'),
      element('name', oneLine(event.name ?? list.source.name)),
      element('enabled', 'TRUE'),
      element('duration', list.source.durationFrames),
      rate,
      element('start', event.recordStartFrame),
      element('end', event.recordEndFrame),
      element('in', event.sourceStartFrame),
      element('out', event.sourceEndFrame),
      ...rest,
    ],
    { id: clipId(event, track) },
  )
}

const fileAgain = element('file', [], { id: 'file-1' })

/** The source in full, once in a document; later uses name its id. */
function fileOf({ list, rate, audioTracks }: Parts): Xml {
  const { source } = list
  const size = element('samplecharacteristics', [
    element('width', source.width),
    element('height', source.height),
  ])
  const sound = element('audio', [
    element('samplecharacteristics', [element('depth', 16), element('samplerate', source.sampleRate)]),
    element('channelcount', source.channels),
  ])
  return element(
    'file',
    [
      element('name', oneLine(source.name)),
      element('pathurl', mediaUrl(source, 'localhost')),
      rate,
      element('duration', source.durationFrames),
      element('media', [element('video', [size]), ...(audioTracks.length > 0 ? [sound] : [])]),
    ],
    { id: 'file-1' },
  )
}

/** Ties picture and sound of an event together, so that an editor moves them as one. */
function linksOf({ audioTracks }: Parts, event: PlacedEvent): Xml[] {
  if (audioTracks.length === 0) return []
  return [0, ...audioTracks].map((track) =>
    element('link', [
      element('linkclipref', clipId(event, track)),
      element('mediatype', track === 0 ? 'video' : 'audio'),
      element('trackindex', Math.max(1, track)),
      element('clipindex', event.number),
      ...(track === 0 ? [] : [element('groupindex', 1)]),
    ]),
  )
}

function markerOf(name: string, note: string | undefined, frame: number): Xml {
  return element('marker', [
    element('name', oneLine(name)),
    element('comment', oneLine(note ?? '')),
    element('in', frame),
    element('out', -1),
  ])
}
