import { basename, dirname, join } from 'node:path'
import { programCall } from './cli-args.ts'
import { probeWithProgram } from './cli-probe.ts'
import { runProgram } from './cli-process.ts'
import { type PipeReader, readLevels, readMetadata, readPackets, splitLines } from './cli-readers.ts'
import type { EngineDescription, MediaEngine, RunOptions } from './engine.ts'
import { diskFullFrom, ffmpegErrors } from './errors.ts'
import type { MediaPlan, OutputResult, PlanOutput, PlanResult } from './plan.ts'

const oldestVersion = { major: 5, minor: 1 }

export type Program = { path: string; version: string }

/** Asks a program whether it is FFmpeg 5.1 or newer. Fails with `ffmpeg.missing`. */
export async function findProgram(path: string): Promise<Program> {
  let text = ''
  await runProgram({
    program: path,
    args: ['-version'],
    stallMs: 20_000,
    onOutput: (piece) => (text += piece),
  })
  const version = /^ffmpeg version (\S+)/.exec(text)?.[1]
  if (!version) throw ffmpegErrors.missing(`"${path}" is not FFmpeg.`)
  const [major = 0, minor = 0] = version.replace(/^n/, '').split('.').map(Number.parseFloat)
  // Builds from FFmpeg's main branch have names such as N-12345 and are newer than any release.
  const isOld = major < oldestVersion.major || (major === oldestVersion.major && minor < oldestVersion.minor)
  if (isOld) throw ffmpegErrors.missing(`"${path}" is FFmpeg ${version}; 5.1 or newer is needed.`)
  return { path, version }
}

/** The engine that runs FFmpeg's own programs. The program is checked once, at the first use. */
export function createProgramEngine(path: string, options: { stallMs?: number } = {}): MediaEngine {
  let checked: Promise<Program> | undefined
  const program = () => (checked ??= findProgram(path))
  const { stallMs } = options
  return {
    name: 'ffmpeg',
    run: async (plan, run = {}) => runPlan(await program(), plan, { stallMs, ...run }),
    async probe(file, run) {
      const { path } = await program()
      const ffprobe = join(dirname(path), basename(path).replace('ffmpeg', 'ffprobe'))
      return probeWithProgram(dirname(path) === '.' ? basename(ffprobe) : ffprobe, file, { stallMs, ...run })
    },
    describe: async () => describeProgram(await program()),
  }
}

async function runPlan(
  program: Program,
  plan: MediaPlan,
  run: RunOptions & { stallMs?: number },
): Promise<PlanResult> {
  const call = programCall(plan)
  const readers = plan.outputs.map(createReader)
  const progress = readProgress(plan, run.onProgress)
  const { exitCode, stderr } = await runProgram({
    program: program.path,
    args: call.args,
    signal: run.signal,
    stallMs: run.stallMs,
    onOutput: progress.add,
    onPipe: readers.flatMap((reader) => (reader ? [(bytes: Buffer) => reader.add(bytes)] : [])),
  })
  if (exitCode !== 0) {
    const full = diskFullFrom(errorLines(stderr).join('\n'))
    if (full) throw full
    const reason = errorLines(stderr).at(-1) ?? `exit code ${exitCode}`
    throw ffmpegErrors.failed(`FFmpeg failed: ${reason}`, {
      detail: { stderr: errorLines(stderr).join('\n') },
    })
  }
  const outputs = readers.map((reader): OutputResult => reader?.finish() ?? { kind: 'file' })
  return { outputs, decodeErrors: 0, ...readUsage(stderr) }
}

function errorLines(stderr: string): string[] {
  return stderr.split('\n').filter((line) => /\[(error|fatal|panic)\]/.test(line))
}

/** Reads what `-benchmark` prints at the end. */
function readUsage(stderr: string): Pick<PlanResult, 'cpuMs' | 'peakRssBytes'> {
  const time = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr)
  const memory = /bench: maxrss=(\d+)(?:kB|KiB)/.exec(stderr)
  return {
    cpuMs: time ? Math.round((Number(time[1]) + Number(time[2])) * 1000) : 0,
    peakRssBytes: memory ? Number(memory[1]) * 1024 : 0,
  }
}

function createReader(output: PlanOutput): PipeReader | undefined {
  if (output.kind === 'metadata') return readMetadata(output)
  if (output.kind === 'levels') return readLevels(output)
  return output.kind === 'packets' ? readPackets() : undefined
}

function readProgress(plan: MediaPlan, onProgress: RunOptions['onProgress']) {
  return splitLines((line) => {
    const micros = /^out_time_us=(\d+)/.exec(line)?.[1]
    if (micros === undefined || !onProgress) return
    const outTimeMs = Number(micros) / 1000
    const percent = plan.durationMs ? Math.min(100, (outTimeMs / plan.durationMs) * 100) : undefined
    onProgress(percent === undefined ? { outTimeMs } : { outTimeMs, percent })
  })
}

async function describeProgram(program: Program): Promise<EngineDescription> {
  const list = async (what: string, pattern: RegExp) => {
    let text = ''
    await runProgram({
      program: program.path,
      args: ['-hide_banner', what],
      stallMs: 20_000,
      onOutput: (piece) => (text += piece),
    })
    return text.split('\n').flatMap((line) => pattern.exec(line)?.[1] ?? [])
  }
  return {
    version: program.version,
    encoders: await list('-encoders', /^ [VAS][A-Z.]{5} ([\w-]+) /),
    decoders: await list('-decoders', /^ [VAS][A-Z.]{5} ([\w-]+) /),
    filters: await list('-filters', /^ [A-Z.]{3} ([\w-]+) /),
  }
}
