import type { CutList, CutMarker, PlacedEvent } from './cut-list.ts'
import { placeEvents } from './cut-list.ts'
import { mediaUrl } from './media-url.ts'

type Json = Record<string, unknown>

/** An OpenTimelineIO timeline: one video track and, when the source has sound, one audio track. */
export function writeOtio(list: CutList): string {
  const events = placeEvents(list)
  const track = (kind: 'Video' | 'Audio', name: string) => ({
    OTIO_SCHEMA: 'Track.1',
    metadata: {},
    name,
    source_range: null,
    effects: [],
    markers: [],
    enabled: true,
    kind,
    // Markers once, on the picture: on both tracks an editor would show each of them twice.
    children: events.map((event) => clipOf(list, event, kind === 'Video')),
  })
  const timeline = {
    OTIO_SCHEMA: 'Timeline.1',
    metadata: { creatorops: { dropFrame: list.dropFrame } },
    name: list.name,
    global_start_time: null,
    tracks: {
      OTIO_SCHEMA: 'Stack.1',
      metadata: {},
      name: 'tracks',
      source_range: null,
      effects: [],
      markers: [],
      enabled: true,
      children: [track('Video', 'V1'), ...(list.source.channels > 0 ? [track('Audio', 'A1')] : [])],
    },
  }
  return `${JSON.stringify(timeline, null, 2)}\n`
}

function clipOf(list: CutList, event: PlacedEvent, withMarkers: boolean): Json {
  const { source } = list
  return {
    OTIO_SCHEMA: 'Clip.2',
    metadata: {},
    name: event.name ?? source.name,
    source_range: range(list, event.sourceStartFrame, event.sourceEndFrame - event.sourceStartFrame),
    effects: [],
    markers: withMarkers ? event.markers.map((marker) => markerOf(list, marker)) : [],
    enabled: true,
    active_media_reference_key: 'DEFAULT_MEDIA',
    media_references: {
      DEFAULT_MEDIA: {
        OTIO_SCHEMA: 'ExternalReference.1',
        metadata: {},
        name: source.name,
        available_range: range(list, 0, source.durationFrames),
        available_image_bounds: null,
        target_url: mediaUrl(source),
      },
    },
  }
}

function markerOf(list: CutList, marker: CutMarker): Json {
  return {
    OTIO_SCHEMA: 'Marker.2',
    metadata: {},
    name: marker.name,
    color: (marker.color ?? 'red').toUpperCase(),
    comment: marker.note ?? '',
    marked_range: range(list, marker.frame, 0),
  }
}

function range({ frameRate }: CutList, start: number, duration: number): Json {
  const rate = frameRate.num / frameRate.den
  return {
    OTIO_SCHEMA: 'TimeRange.1',
    start_time: { OTIO_SCHEMA: 'RationalTime.1', rate, value: start },
    duration: { OTIO_SCHEMA: 'RationalTime.1', rate, value: duration },
  }
}
