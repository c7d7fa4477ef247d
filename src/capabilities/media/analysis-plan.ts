import { join } from 'node:path'
import type { MediaPlan, PlanGraph, PlanOutput } from '../../platform/ffmpeg/plan.ts'
import type { ContactSheet } from './analysis.ts'
import { peaksPerSecond } from './peaks.ts'
import { pictureKeys } from './pictures-found.ts'
import { fitWidth, scaleFilter, toneMapFilters, uprightFilters } from './picture.ts'
import type { Probe, VideoTrack } from './probe.ts'
import { spriteLayout, spritePattern } from './sprites.ts'

export const loudnessKeys = {
  integrated: 'lavfi.r128.I',
  range: 'lavfi.r128.LRA',
  shortTerm: 'lavfi.r128.S',
  truePeak: (channel: number) => `lavfi.r128.true_peaks_ch${channel}`,
} as const

const measureWidth = 480
const tileWidth = 320
/** Recordings up to this long are decoded whole: they may hold only a key frame or two. */
const wholeDecodeMs = 12_000

/**
 * One pass over a recording that answers every question of the analysis: key frames for pictures, all of the sound.
 * The outputs stand in the order pictures, contact sheet, sprites, loudness, levels, voice; those for which there is no track are
 * left out.
 */
export function analysisPlan(
  probe: Probe,
  files: { path: string; outDir: string; voicePath?: string },
): MediaPlan {
  const video = probe.video[0]
  const audio = probe.audio[0]
  const layout = video ? contactSheetLayout(probe) : undefined
  const graphs: PlanGraph[] = []
  const outputs: PlanOutput[] = []
  if (video && layout) {
    graphs.push(pictureGraph(probe, video, layout))
    outputs.push(
      { kind: 'metadata', media: 'video', from: 'measured', keys: Object.values(pictureKeys) },
      contactSheetOutput(join(files.outDir, layout.file)),
      spritesOutput(join(files.outDir, spritePattern)),
    )
  }
  if (audio) {
    graphs.push({
      media: 'audio',
      sources: [{ label: 'sound', input: 0, stream: 'a:0' }],
      filters: soundFilters(files.voicePath !== undefined),
      sinks: ['loudness', 'levels', ...(files.voicePath === undefined ? [] : ['voice'])],
    })
    const peakKeys = Array.from({ length: audio.channels }, (_, channel) => loudnessKeys.truePeak(channel))
    outputs.push(
      {
        kind: 'metadata',
        media: 'audio',
        from: 'loudness',
        keys: [loudnessKeys.integrated, loudnessKeys.range, loudnessKeys.shortTerm, ...peakKeys],
        everyMs: 1_000,
      },
      {
        kind: 'levels',
        from: 'levels',
        sampleRate: audio.sampleRate,
        channels: audio.channels,
        windows: [video?.frameRate ?? { num: 25, den: 1 }, { num: peaksPerSecond(probe.durationMs), den: 1 }],
      },
    )
    if (files.voicePath !== undefined) outputs.push(voiceOutput(files.voicePath))
  }
  return {
    inputs: [{ path: files.path, keyframesOnly: probe.durationMs > wholeDecodeMs }],
    graphs,
    outputs,
    durationMs: probe.durationMs,
  }
}

function soundFilters(hasVoice: boolean): string {
  const split = hasVoice ? 'asplit=3[s1][s2][s3]' : 'asplit=2[s1][s2]'
  const voice = ';[s3]aresample=16000:async=1:first_pts=0,aformat=sample_fmts=flt:channel_layouts=mono[voice]'
  return `[sound]${split};[s1]ebur128=peak=true:metadata=1[loudness];[s2]aformat=sample_fmts=flt[levels]${hasVoice ? voice : ''}`
}

/** Sound as the voice detector hears it, for a process of its own. */
function voiceOutput(path: string): PlanOutput {
  return {
    kind: 'file',
    path,
    muxer: 'f32le',
    streams: [{ kind: 'encode', from: 'voice', media: 'audio', encoder: 'pcm_f32le' }],
  }
}

/** A grid of 5 × 4 pictures, fewer for recordings of a few seconds. */
export function contactSheetLayout(probe: Pick<Probe, 'durationMs' | 'width' | 'height'>): ContactSheet {
  const [columns, rows] = probe.durationMs >= 20_000 ? [5, 4] : probe.durationMs >= 4_000 ? [3, 3] : [2, 2]
  const tile = fitWidth(
    probe,
    Math.min(tileWidth, Math.max(2, Math.round((tileWidth * probe.width) / probe.height))),
  )
  return {
    file: 'contact-sheet.jpg',
    columns,
    rows,
    tileWidth: tile.width,
    tileHeight: tile.height,
    everyMs: Math.max(1, Math.round(probe.durationMs / (columns * rows))),
  }
}

function pictureGraph(probe: Probe, video: VideoTrack, layout: ContactSheet): PlanGraph {
  const small = fitWidth(probe, measureWidth)
  const isTurned = video.rotation === 90 || video.rotation === 270
  const coded = isTurned ? { width: small.height, height: small.width } : small
  const prepare = [
    scaleFilter(coded),
    ...toneMapFilters(video),
    ...uprightFilters(video.rotation),
    'format=yuv420p',
  ]
  // One picture for each tile, repeated where key frames are further apart than tiles.
  const sheet = [
    `fps=1000/${layout.everyMs}:start_time=0`,
    scaleFilter({ width: layout.tileWidth, height: layout.tileHeight }),
    `tile=${layout.columns}x${layout.rows}`,
    'format=yuvj420p',
  ]
  const { everyMs, tileWidth, tileHeight, columns, rows } = spriteLayout(probe)
  const sprites = [
    `fps=1000/${everyMs}:start_time=0`,
    scaleFilter({ width: tileWidth, height: tileHeight }),
    `tile=${columns}x${rows}`,
    'format=yuvj420p',
  ]
  return {
    media: 'video',
    sources: [{ label: 'picture', input: 0, stream: 'v:0' }],
    filters: `[picture]${prepare.join(',')},split=3[p1][p2][p3];[p1]scdet=threshold=100,signalstats,blurdetect[measured];[p2]${sheet.join(',')}[sheet];[p3]${sprites.join(',')}[sprites]`,
    sinks: ['measured', 'sheet', 'sprites'],
  }
}

function contactSheetOutput(path: string): PlanOutput {
  return {
    kind: 'file',
    path,
    muxer: 'image2',
    muxerOptions: { update: '1' },
    streams: [{ ...jpegStream(4), from: 'sheet' }],
  }
}

function spritesOutput(path: string): PlanOutput {
  const { maxFrames: _one, ...stream } = jpegStream(6)
  return { kind: 'file', path, muxer: 'image2', streams: [{ ...stream, from: 'sprites' }] }
}

/** One JPEG picture; quality from 2 (best) to 31. */
export function jpegStream(quality: number) {
  return {
    kind: 'encode',
    media: 'video',
    encoder: 'mjpeg',
    // FFmpeg's quality unit is 118 per step (FF_QP2LAMBDA).
    options: { flags: '+qscale', global_quality: String(quality * 118), strict: 'unofficial' },
    maxFrames: 1,
  } as const
}
