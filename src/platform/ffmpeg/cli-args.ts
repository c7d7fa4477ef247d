import {
  allowedContainers,
  allowedProtocols,
  defaultThreads,
  type FileStream,
  type MediaPlan,
  type PlanInput,
  type PlanOutput,
  type StreamName,
} from './plan.ts'

export type ProgramCall = {
  args: string[]
  /** For each output of the plan: the file descriptor that carries its numbers, if it is not a file. */
  pipes: Array<number | undefined>
}

/**
 * The call of FFmpeg's program for a plan. Numbers that outputs collect come over extra pipes from descriptor 3 on;
 * progress comes on standard output.
 */
export function programCall(plan: MediaPlan): ProgramCall {
  const threads = String(plan.threads ?? defaultThreads)
  let nextPipe = 3
  const pipes = plan.outputs.map((output) => (output.kind === 'file' ? undefined : nextPipe++))
  return {
    args: [
      ...programArgs,
      '-filter_complex_threads',
      threads,
      ...plan.inputs.flatMap((input) => inputArgs(input, threads)),
      ...graphArgs(plan, pipes),
      ...plan.outputs.flatMap((output, index) => outputArgs(output, pipes[index], threads)),
    ],
    pipes,
  }
}

// `level+info` marks each line with its level and lets `-benchmark` say what the run cost.
const programArgs = [
  '-nostdin',
  '-hide_banner',
  '-v',
  'level+info',
  '-benchmark',
  '-nostats',
  '-progress',
  'pipe:1',
  '-stats_period',
  '0.25',
  '-y',
]

/** The options that keep a foreign file from reaching anything but itself. */
export const closedInputArgs = [
  '-protocol_whitelist',
  allowedProtocols,
  '-format_whitelist',
  allowedContainers,
]

function inputArgs(input: PlanInput, threads: string): string[] {
  const keyframes = ['-skip_frame:v', 'nokey', '-skip_loop_filter:v', 'all']
  return [
    ...closedInputArgs,
    '-noautorotate',
    '-threads',
    threads,
    ...(input.keyframesOnly ? keyframes : []),
    ...(input.seekMs ? ['-ss', seconds(input.seekMs)] : []),
    ...(input.readMs === undefined ? [] : ['-t', seconds(input.readMs + 1_000)]),
    '-i',
    `file:${input.path}`,
  ]
}

function graphArgs(plan: MediaPlan, pipes: ProgramCall['pipes']): string[] {
  return plan.graphs.flatMap((graph) => {
    const heads = graph.sources.map(({ label, input, stream }) => {
      const pass = stream.startsWith('a') ? 'anull' : 'null'
      return `[${programStream(input, stream)}]${pass}[${label}]`
    })
    const tails = plan.outputs.flatMap((output, index) => {
      if (output.kind !== 'metadata' || !graph.sinks.includes(output.from)) return []
      const print = output.media === 'audio' ? 'ametadata' : 'metadata'
      return [`[${output.from}]${print}=mode=print:file='pipe\\:${pipes[index]}'[${output.from}_printed]`]
    })
    return ['-filter_complex', [...heads, graph.filters, ...tails].join(';')]
  })
}

// FFmpeg's `v` counts cover pictures as video; `V` does not, and so do our plans.
function programStream(input: number, stream: StreamName): string {
  return `${input}:${stream.replace(/^v/, 'V')}`
}

function outputArgs(output: PlanOutput, pipe: number | undefined, threads: string): string[] {
  switch (output.kind) {
    case 'metadata':
      return ['-map', `[${output.from}_printed]`, ...passFrames(output.media), '-f', 'null', '-']
    case 'levels':
      return ['-map', `[${output.from}]`, '-c:a', 'pcm_f32le', '-f', 'f32le', `pipe:${pipe}`]
    case 'packets': {
      const filter = output.bitstreamFilter ? ['-bsf:0', output.bitstreamFilter] : []
      const map = ['-map', programStream(output.input, output.stream), '-c', 'copy']
      return [...map, ...filter, '-f', 'framecrc', `pipe:${pipe}`]
    }
    case 'file':
      return [
        '-map_metadata',
        '-1',
        '-map_chapters',
        '-1',
        ...output.streams.flatMap((stream, index) => streamArgs(stream, index, threads)),
        '-f',
        output.muxer,
        ...Object.entries(output.muxerOptions ?? {}).flatMap(([name, value]) => [`-${name}`, value]),
        output.path,
      ]
  }
}

function passFrames(media: 'video' | 'audio'): string[] {
  return media === 'video' ? ['-fps_mode', 'passthrough'] : []
}

function streamArgs(stream: FileStream, index: number, threads: string): string[] {
  if (stream.kind === 'copy') {
    return ['-map', programStream(stream.input, stream.stream), `-c:${index}`, 'copy']
  }
  const options = Object.entries(stream.options ?? {}).flatMap(([name, value]) => [
    `-${name}:${index}`,
    value,
  ])
  // Without a finer time base the program rounds the times of variable-rate video to whole frames.
  const rate = stream.frameRate
  const clock = rate ? `${rate.den}:${rate.num}` : '1:90000'
  const timing = [`-fps_mode:${index}`, 'passthrough', `-enc_time_base:${index}`, clock]
  return [
    '-map',
    `[${stream.from}]`,
    `-c:${index}`,
    stream.encoder,
    `-threads:${index}`,
    threads,
    ...options,
    ...(stream.media === 'video' ? timing : []),
    ...(stream.keyframes ? [`-force_key_frames:${index}`, keyframeRule(stream.keyframes)] : []),
    ...(stream.maxFrames === undefined ? [] : [`-frames:${index}`, String(stream.maxFrames)]),
  ]
}

function keyframeRule(rule: { everyMs: number } | 'source'): string {
  return rule === 'source' ? 'source' : `expr:gte(t,n_forced*${seconds(rule.everyMs)})`
}

function seconds(ms: number): string {
  return String(Number((ms / 1000).toFixed(6)))
}
