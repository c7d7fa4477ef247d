import type { FileStream, MediaPlan, PlanGraph } from '../../platform/ffmpeg/plan.ts'
import type { Rung } from './ladder.ts'
import { scaleFilter, toneMapFilters, uprightFilters } from './picture.ts'
import type { EncoderSpeed } from './packaging/choose-speed.ts'
import { type ThumbnailLayout, sheetFilters, sheetsOutput } from './packaging/thumbnails.ts'
import type { Probe } from './probe.ts'

/** Every group of pictures of an encoded quality is closed and this long. */
export const gopMs = 2_000
/** Segments are cut at the first key frame at or after this length. */
export const segmentMs = 4_000
export const audioBitRate = 128_000

/** Asks for all packets of the video and for those that hold an IDR picture, without decoding. */
export function packetScanPlan(probe: Probe, path: string): MediaPlan {
  return {
    inputs: [{ path }],
    graphs: [],
    durationMs: probe.durationMs,
    outputs: [
      { kind: 'packets', input: 0, stream: 'v:0' },
      { kind: 'packets', input: 0, stream: 'v:0', bitstreamFilter: 'filter_units=pass_types=5' },
    ],
  }
}

export type PackagePlanInput = {
  path: string
  outDir: string
  rungs: Rung[]
  /** The first rung is the source's own video. */
  copyTop: boolean
  /** Small pictures from the same decode; only where something is decoded. */
  thumbnails?: ThumbnailLayout
  /** x264's preset. Default `veryfast`. */
  speed?: EncoderSpeed
}

/**
 * One decode of the recording into every quality, as HLS with CMAF segments. All streams go through one muxer, so
 * that they share one clock; key frames stand at the same times in all qualities, so that a player may switch.
 */
export function packagePlan(probe: Probe, input: PackagePlanInput): MediaPlan {
  const encoded = input.rungs.slice(input.copyTop ? 1 : 0)
  const graphs = [
    ...(encoded.length > 0 ? [videoGraph(probe, encoded, input.thumbnails)] : []),
    ...(probe.hasAudio ? [audioGraph] : []),
  ]
  const copied: FileStream[] = input.copyTop ? [{ kind: 'copy', input: 0, stream: 'v:0' }] : []
  const streams: FileStream[] = [
    ...copied,
    ...encoded.map((rung) => encodedStream(rung, probe, input)),
    ...(probe.hasAudio ? [audioStream] : []),
  ]
  return {
    inputs: [{ path: input.path }],
    graphs,
    durationMs: probe.durationMs,
    outputs: [
      {
        kind: 'file',
        path: `${input.outDir}/%v/index.m3u8`,
        muxer: 'hls',
        muxerOptions: hlsOptions(input.outDir, input.rungs, probe.hasAudio),
        streams,
      },
      ...(input.thumbnails && encoded.length > 0 ? [sheetsOutput(input.outDir, 'sheets')] : []),
    ],
  }
}

function hlsOptions(outDir: string, rungs: Rung[], hasAudio: boolean): Record<string, string> {
  const group = hasAudio ? ',agroup:audio' : ''
  const names = rungs.map((rung, index) => `v:${index}${group},name:${rung.name}`)
  return {
    hls_time: String(segmentMs / 1000),
    hls_playlist_type: 'vod',
    hls_segment_type: 'fmp4',
    hls_flags: 'independent_segments',
    hls_fmp4_init_filename: 'init.mp4',
    hls_segment_filename: `${outDir}/%v/%05d.m4s`,
    var_stream_map: [...names, ...(hasAudio ? ['a:0,agroup:audio,name:audio'] : [])].join(' '),
  }
}

function videoGraph(probe: Probe, rungs: Rung[], thumbnails?: ThumbnailLayout): PlanGraph {
  const video = probe.video[0]!
  const isTurned = video.rotation === 90 || video.rotation === 270
  const top = rungs[0]!
  const coded = isTurned ? { width: top.height, height: top.width } : top
  // The costly steps come once, after the first scaling down.
  const isPlain = video.rotation === 0 && video.dynamicRange === 'sdr'
  const shared = isPlain
    ? []
    : [scaleFilter(coded), ...toneMapFilters(video), ...uprightFilters(video.rotation), 'format=yuv420p']
  // Each quality is scaled from the one above, which costs half of scaling each from the source; the thumbnails from
  // the smallest.
  const small = thumbnails ? ';[small]' + sheetFilters(thumbnails) + '[sheets]' : ''
  const steps = rungs.map((rung, index) => {
    const isLast = index === rungs.length - 1
    const next = isLast ? (thumbnails ? '[small]' : '') : `[below${index}]`
    const scaled = [...(index === 0 ? shared : []), scaleFilter(rung), 'format=yuv420p'].join(',')
    const from = index === 0 ? '[picture]' : `[below${index - 1}]`
    return next === ''
      ? `${from}${scaled}[${sinkOf(rung)}]`
      : `${from}${scaled},split=2[${sinkOf(rung)}]${next}`
  })
  return {
    media: 'video',
    sources: [{ label: 'picture', input: 0, stream: 'v:0' }],
    filters: steps.join(';') + small,
    sinks: [...rungs.map(sinkOf), ...(thumbnails ? ['sheets'] : [])],
  }
}

function sinkOf(rung: Rung): string {
  return `v${rung.name}`
}

function encodedStream(
  rung: Rung,
  probe: Probe,
  { copyTop, speed = 'veryfast' }: PackagePlanInput,
): FileStream {
  const { num, den } = probe.video[0]!.frameRate
  return {
    kind: 'encode',
    from: sinkOf(rung),
    media: 'video',
    encoder: 'libx264',
    // Beside a copied top quality the key frames must be where the source has them.
    keyframes: copyTop ? 'source' : { everyMs: gopMs },
    options: {
      preset: speed === 'veryfast' && Math.min(rung.width, rung.height) > 1080 ? 'superfast' : speed,
      crf: '23',
      maxrate: String(rung.maxBitRate),
      bufsize: String(rung.maxBitRate * 2),
      profile: 'high',
      sc_threshold: '0',
      'forced-idr': '1',
      // Only forced key frames: this is the limit for sources whose times jump.
      g: String(Math.max(2, Math.round((num / den) * 10))),
    },
  }
}

const audioGraph: PlanGraph = {
  media: 'audio',
  sources: [{ label: 'sound', input: 0, stream: 'a:0' }],
  // Gaps and drifting clocks of the source are evened out, so that sound stays with the picture.
  filters:
    '[sound]aresample=48000:async=1000,aformat=sample_fmts=fltp:channel_layouts=stereo,asetnsamples=n=1024:p=0[aac]',
  sinks: ['aac'],
}

const audioStream: FileStream = {
  kind: 'encode',
  from: 'aac',
  media: 'audio',
  encoder: 'aac',
  options: { b: String(audioBitRate) },
}
