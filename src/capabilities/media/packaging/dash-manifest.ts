import type { AudioRendition, Rendition } from '../package.ts'
import type { CaptionRendition } from './caption-track.ts'
import type { Thumbnails } from './thumbnails.ts'

/** The segments of a rendition on the media clock, as read back from the files. */
export type SegmentTimes = {
  /** File name of the init segment, beside the playlist. */
  init: string
  /** Ticks a second. */
  timescale: number
  /** When the first picture or sound is shown, in ticks; segments follow without a gap. */
  startTicks: number
  durationsTicks: number[]
}

export type DashInput = {
  durationMs: number
  segmentMs: number
  renditions: ReadonlyArray<Rendition & { times: SegmentTimes }>
  audio: (AudioRendition & { times: SegmentTimes }) | null
  captions: readonly CaptionRendition[]
  thumbnails: Thumbnails | null
}

/**
 * An MPD for the same CMAF files that the HLS playlists name: every segment by number, with its exact length, since
 * segments end where the source has key frames.
 */
export function dashManifest(input: DashInput): string {
  const { renditions, audio, captions, thumbnails } = input
  const period = [
    ...(renditions.length > 0 ? [videoSet(renditions)] : []),
    ...(audio ? [audioSet(audio)] : []),
    ...captions.map(captionSet),
    ...(thumbnails ? [thumbnailSet(thumbnails)] : []),
  ]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019" type="static" mediaPresentationDuration="${seconds(input.durationMs)}" minBufferTime="${seconds(input.segmentMs)}">`,
    `  <Period id="0" start="PT0S" duration="${seconds(input.durationMs)}">`,
    ...period,
    '  </Period>',
    '</MPD>',
    '',
  ].join('\n')
}

function videoSet(renditions: DashInput['renditions']): string {
  return [
    '    <AdaptationSet id="1" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">',
    ...renditions.flatMap((one) => [
      `      <Representation id="${xml(one.name)}" codecs="${one.codec}" width="${one.width}" height="${one.height}" frameRate="${rate(one.frameRate)}" bandwidth="${one.bitrate}">`,
      ...template(one.playlist, one.times),
      '      </Representation>',
    ]),
    '    </AdaptationSet>',
  ].join('\n')
}

function audioSet(audio: NonNullable<DashInput['audio']>): string {
  return [
    '    <AdaptationSet id="2" contentType="audio" mimeType="audio/mp4" segmentAlignment="true" startWithSAP="1">',
    `      <Representation id="audio" codecs="${audio.codec}" audioSamplingRate="48000" bandwidth="${audio.bitrate}">`,
    '        <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>',
    ...template(audio.playlist, audio.times),
    '      </Representation>',
    '    </AdaptationSet>',
  ].join('\n')
}

function captionSet(track: CaptionRendition, index: number): string {
  return [
    `    <AdaptationSet id="${10 + index}" contentType="text" mimeType="text/vtt" lang="${xml(track.language)}">`,
    '      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="caption"/>',
    `      <Label>${xml(track.name)}</Label>`,
    `      <Representation id="captions-${xml(track.language)}" bandwidth="1000">`,
    `        <BaseURL>${xml(track.file)}</BaseURL>`,
    '      </Representation>',
    '    </AdaptationSet>',
  ].join('\n')
}

/** Tiles as the DASH Industry Forum describes them (IOP 5, part 6, thumbnail tracks). */
function thumbnailSet(made: Thumbnails): string {
  const { columns, rows, width, height, everyMs } = made
  const sheetMs = everyMs * columns * rows
  const bandwidth = Math.max(1, Math.round((made.sizeBytes * 8000) / (sheetMs * Math.max(1, made.sheets))))
  return [
    '    <AdaptationSet id="3" contentType="image" mimeType="image/jpeg">',
    `      <SegmentTemplate timescale="1000" duration="${sheetMs}" startNumber="0" media="thumbnails/$Number%05d$.jpg"/>`,
    `      <Representation id="thumbnails" width="${width * columns}" height="${height * rows}" bandwidth="${bandwidth}">`,
    `        <EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="${columns}x${rows}"/>`,
    '      </Representation>',
    '    </AdaptationSet>',
  ].join('\n')
}

function template(playlist: string, { init, timescale, startTicks, durationsTicks }: SegmentTimes): string[] {
  const folder = playlist.slice(0, playlist.lastIndexOf('/'))
  return [
    `        <SegmentTemplate timescale="${timescale}" initialization="${xml(folder)}/${xml(init)}" media="${xml(folder)}/$Number%05d$.m4s" startNumber="0" presentationTimeOffset="${startTicks}">`,
    '          <SegmentTimeline>',
    ...runs(durationsTicks).map(({ ticks, repeats }, index) => {
      const at = index === 0 ? ` t="${startTicks}"` : ''
      return `            <S${at} d="${ticks}"${repeats > 0 ? ` r="${repeats}"` : ''}/>`
    }),
    '          </SegmentTimeline>',
    '        </SegmentTemplate>',
  ]
}

/** Equal neighbours become one entry. */
function runs(values: readonly number[]): Array<{ ticks: number; repeats: number }> {
  const found: Array<{ ticks: number; repeats: number }> = []
  for (const ticks of values) {
    const last = found.at(-1)
    if (last?.ticks === ticks) last.repeats++
    else found.push({ ticks, repeats: 0 })
  }
  return found
}

function rate(framesPerSecond: number): string {
  const ntsc = Math.round(framesPerSecond * 1.001)
  if (Number.isInteger(framesPerSecond)) return String(framesPerSecond)
  if (Math.abs((ntsc * 1000) / 1001 - framesPerSecond) < 0.002) return `${ntsc * 1000}/1001`
  return `${Math.round(framesPerSecond * 1000)}/1000`
}

function seconds(ms: number): string {
  return `PT${(ms / 1000).toFixed(3)}S`
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
