import { type CutList, cutFrames, type PlacedEvent, placeEvents } from './cut-list.ts'
import { mediaUrl } from './media-url.ts'
import { oneLine } from './plain-text.ts'
import { element, writeXml, type Xml } from './xml.ts'

type Clock = (frames: number) => string

/** A Final Cut Pro project, FCPXML 1.10: readable by Final Cut Pro 10.6 and later and by Resolve. */
export function writeFcpxml(list: CutList): string {
  const time = clockOf(list)
  const { source } = list
  const tcFormat = list.dropFrame ? 'DF' : 'NDF'
  const format = element('format', [], {
    id: 'r1',
    name: formatName(list),
    frameDuration: time(1),
    width: source.width,
    height: source.height,
    colorSpace: '1-1-1 (Rec. 709)',
  })
  const clips = placeEvents(list).map((event) => clipOf(list, event, { time, tcFormat }))
  const sequence = element('sequence', [element('spine', clips)], {
    format: 'r1',
    duration: time(cutFrames(list)),
    tcStart: '0s',
    tcFormat,
    ...(source.channels > 0 && { audioLayout: layoutOf(source.channels), audioRate: rateOf(source) }),
  })
  const name = oneLine(list.name)
  const root = element(
    'fcpxml',
    [
      element('resources', [format, assetOf(list, time)]),
      element('library', [
        element('event', [element('project', [sequence], { name })], { name: 'CreatorOps' }),
      ]),
    ],
    { version: '1.10' },
  )
  return writeXml(root, 'fcpxml')
}

// Final Cut refuses times that are not whole multiples of the frame duration, so everything is written in its scale:
// 1001/30000s, and 100/3000s where 1/30s would do, as Final Cut itself writes it.
function clockOf({ frameRate: { num, den } }: CutList): Clock {
  const factor = den === 1 ? 100 : 1
  return (frames) => (frames === 0 ? '0s' : `${frames * den * factor}/${num * factor}s`)
}

function assetOf({ source }: CutList, time: Clock): Xml {
  const sound = {
    hasAudio: 1,
    audioSources: 1,
    audioChannels: source.channels,
    audioRate: source.sampleRate,
  }
  const file = element('media-rep', [], { kind: 'original-media', src: mediaUrl(source) })
  return element('asset', [file], {
    id: 'r2',
    name: oneLine(source.name),
    start: '0s',
    duration: time(source.durationFrames),
    hasVideo: 1,
    format: 'r1',
    videoSources: 1,
    ...(source.channels > 0 && sound),
  })
}

function clipOf(list: CutList, event: PlacedEvent, options: { time: Clock; tcFormat: string }): Xml {
  const { time, tcFormat } = options
  const markers = event.markers.map((marker) =>
    // In the time of the source, as everything inside a clip.
    element('marker', [], {
      start: time(marker.frame),
      duration: time(1),
      value: oneLine(marker.name),
      note: marker.note ? oneLine(marker.note) : undefined,
    }),
  )
  return element('asset-clip', markers, {
    ref: 'r2',
    offset: time(event.recordStartFrame),
    name: oneLine(event.name ?? list.source.name),
    start: time(event.sourceStartFrame),
    duration: time(event.sourceEndFrame - event.sourceStartFrame),
    tcFormat,
    ...(list.source.channels > 0 && { audioRole: 'dialogue' }),
  })
}

const heights: Record<string, string> = {
  '1280x720': '720p',
  '1920x1080': '1080p',
  '3840x2160': '3840x2160p',
}
const rates: Record<string, string> = {
  '24000/1001': '2398',
  '24/1': '24',
  '25/1': '25',
  '30000/1001': '2997',
  '30/1': '30',
  '50/1': '50',
  '60000/1001': '5994',
  '60/1': '60',
}

/** Final Cut's own name of a format; undefined for others, which it takes from the size and frame duration. */
function formatName({ source, frameRate }: CutList): string | undefined {
  const height = heights[`${source.width}x${source.height}`]
  const rate = rates[`${frameRate.num}/${frameRate.den}`]
  return height && rate ? `FFVideoFormat${height}${rate}` : undefined
}

function layoutOf(channels: number): string {
  return channels === 1 ? 'mono' : channels === 2 ? 'stereo' : 'surround'
}

const audioRates = [32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000]

// The format knows these rates only; Final Cut conforms the sound of the source to the one of the project.
function rateOf({ sampleRate }: { sampleRate: number }): string {
  return `${(audioRates.includes(sampleRate) ? sampleRate : 48_000) / 1000}k`
}
