import { statSync } from 'node:fs'
import { closedInputArgs } from './cli-args.ts'
import { type ProgramRun, runProgram } from './cli-process.ts'
import { splitLines } from './cli-readers.ts'
import { clockwise } from './display-facts.ts'
import { ffmpegErrors } from './errors.ts'
import type { Rational } from './plan.ts'
import {
  completeScanBytes,
  headVideoPackets,
  type RawPackets,
  type RawProbe,
  type RawStream,
  tailMs,
} from './raw-probe.ts'

type Watch = Pick<ProgramRun, 'signal' | 'stallMs'>

/** The same as `probeWithLibrary`, by the `ffprobe` program. */
export async function probeWithProgram(ffprobe: string, path: string, watch: Watch): Promise<RawProbe> {
  const sizeBytes = statSync(path).size
  const header = await readHeader(ffprobe, path, watch)
  const format = header.format
  const declaredDurationMs = toMs(format['duration'])
  const streams = header.streams.map(describeStream)
  const isComplete = sizeBytes <= completeScanBytes || !declaredDurationMs
  const startMs = toMs(format['start_time']) ?? 0
  return {
    container: String(format['format_name'] ?? 'unknown'),
    sizeBytes,
    declaredDurationMs: declaredDurationMs || undefined,
    startMs,
    bitRate: Number(format['bit_rate'] ?? 0),
    streams,
    packets: await scanPackets(ffprobe, path, streams, { isComplete, declaredDurationMs, startMs }, watch),
  }
}

type Header = { format: Record<string, unknown>; streams: Array<Record<string, any>> }

async function readHeader(ffprobe: string, path: string, watch: Watch): Promise<Header> {
  let text = ''
  const { exitCode, stderr } = await runProgram({
    ...watch,
    program: ffprobe,
    args: ['-v', 'error', ...closedInputArgs, '-show_format', '-show_streams', '-of', 'json', `file:${path}`],
    onOutput: (piece) => (text += piece),
  })
  if (exitCode !== 0) {
    const reason =
      stderr
        .split('\n')
        .at(-1)
        ?.replace(/^.*?: /, '') ?? 'unknown'
    throw ffmpegErrors.unreadable(`The media engine cannot open the file: ${reason}.`, {
      detail: { engineMessage: stderr },
    })
  }
  const header = JSON.parse(text) as Partial<Header>
  return { format: header.format ?? {}, streams: header.streams ?? [] }
}

function describeStream(raw: Record<string, any>): RawStream {
  const type = String(raw['codec_type'])
  const kind = type === 'video' || type === 'audio' || type === 'subtitle' ? type : 'other'
  const sides: Array<Record<string, any>> = raw['side_data_list'] ?? []
  const matrix = sides.find((side) => side['rotation'] !== undefined)
  return {
    index: raw['index'],
    kind,
    codec: raw['codec_name'] ?? 'unknown',
    bitRate: Number(raw['bit_rate'] ?? 0),
    durationMs: toMs(raw['duration']),
    frames: Number(raw['nb_frames'] ?? 0),
    isDefault: raw['disposition']?.default === 1,
    isAttachedPicture: raw['disposition']?.attached_pic === 1,
    language: raw['tags']?.language,
    video:
      kind === 'video'
        ? {
            width: raw['width'] ?? 0,
            height: raw['height'] ?? 0,
            pixelFormat: raw['pix_fmt'] ?? 'unknown',
            pixelAspect: toRational(raw['sample_aspect_ratio'], ':', { num: 1, den: 1 }),
            averageFrameRate: toRational(raw['avg_frame_rate'], '/', { num: 0, den: 1 }),
            realFrameRate: toRational(raw['r_frame_rate'], '/', { num: 0, den: 1 }),
            // ffprobe counts counterclockwise.
            rotation: matrix ? clockwise(-Number(matrix['rotation'])) : 0,
            transfer: raw['color_transfer'] ?? 'unknown',
            primaries: raw['color_primaries'] ?? 'unknown',
            matrix: raw['color_space'] ?? 'unknown',
          }
        : undefined,
    audio:
      kind === 'audio'
        ? { sampleRate: Number(raw['sample_rate'] ?? 0), channels: raw['channels'] ?? 0 }
        : undefined,
  }
}

type Span = { isComplete: boolean; declaredDurationMs: number | undefined; startMs: number }

async function scanPackets(
  ffprobe: string,
  path: string,
  streams: RawStream[],
  span: Span,
  watch: Watch,
): Promise<RawPackets> {
  const isTimed = (stream: RawStream) =>
    (stream.kind === 'video' || stream.kind === 'audio') && !stream.isAttachedPicture
  const kinds = new Map(streams.filter(isTimed).map((stream) => [stream.index, stream.kind]))
  const firstVideo = streams.find((stream) => stream.kind === 'video' && isTimed(stream))?.index
  const result: RawPackets = {
    headPtsMs: [],
    headKeyMs: [],
    lastEndMs: 0,
    isComplete: span.isComplete,
    videoPackets: 0,
    audioPackets: 0,
    endedBroken: false,
  }
  const lines = splitLines((line) => {
    const [index = '', pts = '', dts = '', duration = '', flags = ''] = line.split(',')
    const kind = kinds.get(Number(index))
    if (!kind) return
    if (flags.includes('C')) {
      result.endedBroken = true
      return
    }
    result[kind === 'video' ? 'videoPackets' : 'audioPackets']++
    const ptsMs = (toMs(pts) ?? toMs(dts) ?? Number.NaN) - span.startMs
    if (Number.isNaN(ptsMs)) return
    const endMs = ptsMs + (toMs(duration) ?? 0)
    result.lastEndMs = Math.max(result.lastEndMs, endMs)
    const key = kind === 'video' ? 'lastVideoEndMs' : 'lastAudioEndMs'
    result[key] = Math.max(result[key] ?? 0, endMs)
    if (Number(index) === firstVideo && result.headPtsMs.length < headVideoPackets) {
      result.headPtsMs.push(ptsMs)
      if (flags.includes('K')) result.headKeyMs.push(ptsMs)
    }
  })
  const tailSeconds = Math.max(0, (span.startMs + (span.declaredDurationMs ?? 0) - tailMs) / 1000)
  const intervals = span.isComplete ? [] : ['-read_intervals', `%+#${headVideoPackets * 4},${tailSeconds}%`]
  const { stderr } = await runProgram({
    ...watch,
    program: ffprobe,
    args: [
      '-v',
      'error',
      ...closedInputArgs,
      ...intervals,
      '-show_entries',
      'packet=stream_index,pts_time,dts_time,duration_time,flags',
      '-of',
      'csv=p=0',
      `file:${path}`,
    ],
    onOutput: lines.add,
  })
  lines.finish()
  if (/partial file|truncat|Input\/output error/i.test(stderr)) result.endedBroken = true
  return result
}

function toMs(seconds: unknown): number | undefined {
  const value = Number.parseFloat(String(seconds))
  return Number.isNaN(value) ? undefined : value * 1000
}

function toRational(text: unknown, separator: string, otherwise: Rational): Rational {
  const [num = 0, den = 0] = String(text).split(separator).map(Number)
  return num > 0 && den > 0 ? { num, den } : otherwise
}
