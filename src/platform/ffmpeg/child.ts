import { type ChildProcess, fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorFromCode } from '../../kernel/errors.ts'
import { recordFfmpeg } from '../telemetry/metrics.ts'
import { withSpan } from '../telemetry/spans.ts'
import type {
  AnswerMessage,
  ChildFailure,
  ChildMessage,
  JobMessage,
  MediaProgress,
} from './child-protocol.ts'
import { diskFullFrom, ffmpegErrors } from './errors.ts'
import { describeFailure } from './serve-child.ts'

export type { MediaProgress } from './child-protocol.ts'
export { type AskingChildTools, type MediaChildTools, serveMediaChild } from './serve-child.ts'

/** How long a media child may say nothing before it counts as stalled. */
export const defaultStallMs = 120_000

const stderrTailChars = 4_000

export type MediaChildInput<Job> = {
  /** A `.ts` file that calls `serveMediaChild`. */
  entry: URL
  /** Anything that structured clone can carry; paths, not bytes. */
  job: Job
  /** Aborting kills the child at once. */
  signal?: AbortSignal
  onProgress?: (progress: MediaProgress) => void
  /** Answers what the child asks for; see `AskingChildTools.ask`. Its failure becomes the child's. */
  onAsk?: (question: unknown) => Promise<unknown>
  /** Without progress for this long the child is killed and the call fails with `ffmpeg.stalled`. Default 120 s. */
  stallMs?: number
  /** 0 (as important as the server) to 19 (only idle time). Default 10, so that the server and the engine go first. */
  nice?: number
}

export type MediaChildOutput<Result> = {
  result: Result
  /** CPU time of the child, user and system, all threads. */
  cpuMs: number
  peakRssBytes: number
}

/**
 * Runs one media job in a process of its own, so that a crash, a leak or a hang of the media library costs only
 * that job. The child gets an empty environment: no secret of ours is near a foreign file.
 *
 * Fails with the failure the child threw; with `ffmpeg.stalled` or `ffmpeg.crashed` (the end of its stderr in
 * `detail.stderr`) when it had to be killed or died; with the signal's reason when aborted.
 */
export function runMediaChild<Job, Result>(input: MediaChildInput<Job>): Promise<MediaChildOutput<Result>> {
  const kind = kindOf(input.entry)
  return withSpan(`ffmpeg ${kind}`, {}, async (span) => {
    try {
      const output = await runChild<Job, Result>(input)
      span.setAttributes({ 'cpu.ms': output.cpuMs, 'memory.peak.bytes': output.peakRssBytes })
      recordFfmpeg({ kind, outcome: 'done', cpuMs: output.cpuMs })
      return output
    } catch (error) {
      recordFfmpeg({ kind, outcome: input.signal?.aborted ? 'cancelled' : 'failed', cpuMs: 0 })
      throw error
    }
  })
}

/** What a job is called in metrics: the file that does it, or its folder when the file is just `child.ts`. */
function kindOf(entry: URL): string {
  const name = basename(entry.pathname, '.ts')
  return name === 'child' ? basename(dirname(entry.pathname)) : name
}

function runChild<Job, Result>(input: MediaChildInput<Job>): Promise<MediaChildOutput<Result>> {
  const { signal, stallMs = defaultStallMs } = input
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const child = startChild(input.entry, input.nice ?? 10)
    const stderr = keepTail(child)
    let answer: Exclude<ChildMessage<Result>, { kind: 'progress' | 'ask' }> | undefined
    let killedBecause: unknown

    const kill = (because: unknown) => {
      killedBecause ??= because
      child.kill('SIGKILL')
    }
    const onAbort = () => kill(signal?.reason)
    const onStall = () =>
      kill(ffmpegErrors.stalled(`The media engine made no progress for ${Math.round(stallMs / 1000)} s.`))
    let watchdog = setTimeout(onStall, stallMs)
    signal?.addEventListener('abort', onAbort, { once: true })

    child.on('message', (message: ChildMessage<Result>) => {
      clearTimeout(watchdog)
      if (message.kind === 'ask') {
        watchdog = setTimeout(onStall, stallMs)
        void answerQuestion(child, message, input.onAsk)
        return
      }
      if (message.kind !== 'progress') {
        answer = message
        // It has answered and only has to leave; a native thread that hangs on exit must not hang the caller.
        watchdog = setTimeout(() => child.kill('SIGKILL'), 2_000)
        return
      }
      watchdog = setTimeout(onStall, stallMs)
      input.onProgress?.(message.progress)
    })
    child.once('error', (cause) => {
      killedBecause ??= ffmpegErrors.crashed('The media engine could not be started.', { cause })
    })
    // 'close' waits for stderr as well, so that the tail is whole.
    child.once('close', (exitCode, exitSignal) => {
      clearTimeout(watchdog)
      signal?.removeEventListener('abort', onAbort)
      if (answer?.kind === 'result') return resolve({ result: answer.result, ...answer.usage })
      if (killedBecause !== undefined) return reject(killedBecause)
      if (answer?.kind === 'error') return reject(asError(answer.error, stderr()))
      const how = exitSignal ? `by ${exitSignal}` : `with code ${exitCode}`
      reject(
        ffmpegErrors.crashed(`The media engine ended ${how} without an answer.`, {
          detail: { stderr: stderr() },
        }),
      )
    })
    const message: JobMessage<Job> = { kind: 'job', job: input.job }
    child.send(message, (cause) => {
      if (cause) kill(ffmpegErrors.crashed('The media engine did not take its job.', { cause }))
    })
  })
}

async function answerQuestion(
  child: ChildProcess,
  { id, question }: { id: number; question: unknown },
  onAsk: MediaChildInput<unknown>['onAsk'],
): Promise<void> {
  let answer: AnswerMessage
  try {
    if (!onAsk) throw new TypeError('Nobody answers the questions of this child')
    answer = { kind: 'answer', id, value: await onAsk(question) }
  } catch (error) {
    answer = { kind: 'answer', id, error: describeFailure(error) }
  }
  // A child that has gone meanwhile needs no answer; why it went is told by its end.
  if (child.connected) child.send(answer, () => undefined)
}

function startChild(entry: URL, nice: number): ChildProcess {
  const child = fork(fileURLToPath(entry), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  if (child.pid) lowerPriority(child.pid, nice)
  return child
}

/** Raises the niceness of a process that may already be gone. */
export function lowerPriority(pid: number, nice: number): void {
  try {
    setPriority(pid, Math.min(nice, constants.priority.PRIORITY_LOW))
  } catch (error) {
    // ESRCH: it ended already. EPERM and EACCES: a container may forbid it, and the work is right without it.
    const code = (error as { info?: { code?: string }; code?: string }).info?.code
    if (code !== 'ESRCH' && code !== 'EPERM' && code !== 'EACCES') throw error
  }
}

function keepTail(child: ChildProcess): () => string {
  let tail = ''
  child.stderr?.setEncoding('utf8')
  child.stderr?.on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-stderrTailChars)
  })
  return () => tail.trim()
}

function asError(failure: ChildFailure, stderr: string): Error {
  const full = diskFullFrom(failure.message)
  if (full) return full
  const known = failure.code && errorFromCode(failure.code, failure.message, failure.detail)
  if (known) return known
  const error = new Error(failure.message)
  if (failure.stack) error.stack = failure.stack
  return ffmpegErrors.failed(failure.message, { cause: error, detail: stderr ? { stderr } : undefined })
}
