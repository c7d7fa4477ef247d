import type { Logger } from '../log/log.ts'
import { runMediaChild } from './child.ts'
import type { MediaProgress } from './child-protocol.ts'
import { createProgramEngine } from './cli-engine.ts'
import type { MediaPlan, OutputResult, PlanResult } from './plan.ts'
import type { RawProbe } from './raw-probe.ts'

export type RunOptions = { signal?: AbortSignal; onProgress?: (progress: MediaProgress) => void }

/** Runs media plans, always outside this process. */
export type MediaEngine = {
  /** `node-av` is the FFmpeg library from npm in a child of ours, `ffmpeg` the program of the machine. */
  readonly name: 'node-av' | 'ffmpeg'
  run(plan: MediaPlan, options?: RunOptions): Promise<PlanResult>
  /** What a file says about itself. Fails with `ffmpeg.unreadable` when no demuxer knows it. */
  probe(path: string, options?: { signal?: AbortSignal }): Promise<RawProbe>
  describe(): Promise<EngineDescription>
}

export type EngineDescription = {
  version: string
  encoders: string[]
  decoders: string[]
  /** Those among the filters that plans may use. */
  filters: string[]
}

/** The jobs of the child that carries the library. */
export type LibraryJob =
  | { kind: 'run'; plan: MediaPlan }
  | { kind: 'probe'; path: string }
  | { kind: 'describe' }

export type EngineOptions = {
  /** The FFmpeg program to use instead of the library; 5.1 or newer. */
  ffmpegPath?: string
  log: Logger
  /** See `runMediaChild`. */
  stallMs?: number
}

/**
 * The media engine of this machine: the FFmpeg library from npm, unless `ffmpegPath` names a program.
 * Its calls fail with `ffmpeg.missing` when that program is absent or older than 5.1.
 */
export function createMediaEngine(options: EngineOptions): MediaEngine {
  const engine = options.ffmpegPath
    ? createProgramEngine(options.ffmpegPath, options)
    : createLibraryEngine(options)
  options.log.debug({ mediaEngine: engine.name }, 'media engine chosen')
  return engine
}

const libraryEntry = new URL('./av-child.ts', import.meta.url)

/** The engine that npm installed: FFmpeg's library in a media child for each job. */
export function createLibraryEngine(options: Pick<EngineOptions, 'stallMs'> = {}): MediaEngine {
  const runJob = <Result>(job: LibraryJob, run: RunOptions = {}) =>
    runMediaChild<LibraryJob, Result>({ entry: libraryEntry, job, stallMs: options.stallMs, ...run })
  return {
    name: 'node-av',
    async run(plan, run) {
      const { result, ...usage } = await runJob<{ outputs: OutputResult[]; decodeErrors: number }>(
        { kind: 'run', plan },
        run,
      )
      return { ...result, ...usage }
    },
    async probe(path, run) {
      return (await runJob<RawProbe>({ kind: 'probe', path }, run)).result
    },
    async describe() {
      return (await runJob<EngineDescription>({ kind: 'describe' })).result
    },
  }
}
