/** A fraction, such as 30000/1001. */
export type Rational = { num: number; den: number }

/**
 * What the media engine shall do, as plain data: made by pure functions, run by either executor with the same result.
 * Timestamps count from the start of each input; rotation is never applied by itself (write it into the graph).
 * Several inputs are read side by side, so that a graph may compare them.
 */
export type MediaPlan = {
  inputs: PlanInput[]
  graphs: PlanGraph[]
  outputs: PlanOutput[]
  /** Length of the work in milliseconds of media, for progress in percent. */
  durationMs?: number
  /** Threads for each decoder and encoder. Default 2. */
  threads?: number
}

export type PlanInput = {
  /** A local file. Never a URL: the engine opens no other protocol. */
  path: string
  /** Decoding starts at the first frame at or after this time; streams are then counted from there. Not for copies. */
  seekMs?: number
  /** Reading stops about so long after `seekMs`; a little more may arrive, so cut with `trim` where it matters. Not for copies. */
  readMs?: number
  /** Decode only the key frames of video. */
  keyframesOnly?: boolean
}

/** Names a stream of an input as FFmpeg does: `v:0` is the first video stream, `a:1` the second audio stream, `3` the fourth of all. */
export type StreamName = string

/**
 * One filter graph, all video or all sound. Its pads are labels in `filters`: `[in]scale=…[out]`.
 * Without sources its filters make the frames themselves (`testsrc2`, `sine`).
 */
export type PlanGraph = {
  media: 'video' | 'audio'
  sources: Array<{ label: string; input: number; stream: StreamName }>
  filters: string
  /** Labels that outputs read. */
  sinks: string[]
}

export type PlanOutput = FileOutput | MetadataOutput | LevelsOutput | PacketsOutput

/** A file (or, with the `hls` muxer, files beside it). */
export type FileOutput = {
  kind: 'file'
  path: string
  /** FFmpeg's name of the container: `mp4`, `hls`, `image2`, … */
  muxer: string
  muxerOptions?: Record<string, string>
  streams: FileStream[]
}

export type FileStream = CopiedStream | EncodedStream

export type CopiedStream = { kind: 'copy'; input: number; stream: StreamName }

export type EncodedStream = {
  kind: 'encode'
  /** A sink label. */
  from: string
  media: 'video' | 'audio'
  encoder: string
  /** FFmpeg's encoder options. */
  options?: Record<string, string>
  /** For video whose frames the graph has made even: the clock of the stream then counts frames, as MXF wants. */
  frameRate?: Rational
  /** Where key frames are forced: every so many milliseconds, or wherever the source has one. */
  keyframes?: { everyMs: number } | 'source'
  /** Stop after so many frames. */
  maxFrames?: number
}

/** Collects numbers that filters attach to frames (`lavfi.r128.I`, `lavfi.scd.score`, …); writes no file. */
export type MetadataOutput = {
  kind: 'metadata'
  from: string
  media: 'video' | 'audio'
  keys: string[]
  /** Keep at most one row per so many milliseconds, and always the last. Default: every row. */
  everyMs?: number
}

/** Collects the lowest and highest sample of each window, over all channels; writes no file. The sink must carry packed floats (`aformat=flt`). */
export type LevelsOutput = {
  kind: 'levels'
  from: string
  sampleRate: number
  channels: number
  /** How many windows a second, for each series wanted. */
  windows: Rational[]
}

/** Collects the timestamps of packets without decoding them; writes no file. */
export type PacketsOutput = {
  kind: 'packets'
  input: number
  stream: StreamName
  /** For example `filter_units=pass_types=5`, which leaves only the packets that hold an IDR slice of H.264. */
  bitstreamFilter?: string
}

export type PlanResult = {
  /** One entry for each output, in order. */
  outputs: OutputResult[]
  /** Packets or frames that could not be decoded and were left out. */
  decodeErrors: number
  cpuMs: number
  peakRssBytes: number
}

export type OutputResult = { kind: 'file' } | MetadataResult | LevelsResult | PacketsResult

export type MetadataResult = {
  kind: 'metadata'
  timesMs: number[]
  /** A column for each key, as long as `timesMs`; NaN where a frame did not carry it. */
  values: Record<string, number[]>
}

/** Samples as fractions of full scale, −1 to 1. The last window may be shorter. */
export type LevelSeries = { min: Float32Array; max: Float32Array }

export type LevelsResult = { kind: 'levels'; series: LevelSeries[]; samples: number }

export type PacketsResult = {
  kind: 'packets'
  /** Presentation times, in the order of the file. */
  ptsMs: number[]
  durationsMs: number[]
  isKey: boolean[]
  sizeBytes: number
}

/** What an executor tells before any default is applied. */
export const defaultThreads = 2

/** The demuxers that a foreign file may be opened with: containers of media, none that refers to other files. */
export const allowedContainers = [
  'mov,mp4,m4a,3gp,3g2,mj2',
  'matroska,webm',
  'avi',
  'flv',
  'mpegts',
  'mpeg',
  'mpegvideo',
  'asf',
  'mxf',
  'ogg',
  'wav',
  'mp3',
  'aac',
  'flac',
  'aiff',
  'caf',
  'h264',
  'hevc',
  'ivf',
].join(',')

/** The only protocol that FFmpeg may open. */
export const allowedProtocols = 'file'
