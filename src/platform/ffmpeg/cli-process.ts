import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { defaultStallMs, lowerPriority } from './child.ts'
import { ffmpegErrors } from './errors.ts'

export type ProgramRun = {
  program: string
  args: string[]
  /** Takes standard output in pieces. */
  onOutput?: (text: string) => void
  /** Takes the bytes of each extra pipe, from descriptor 3 on. */
  onPipe?: Array<(bytes: Buffer) => void>
  signal?: AbortSignal
  stallMs?: number
  nice?: number
}

/**
 * Runs FFmpeg's program niced, without our environment and watched: without any output for `stallMs` it is killed.
 * Resolves with its exit code and the end of its standard error, whatever the code; aborting kills it and rejects.
 */
export function runProgram(run: ProgramRun): Promise<{ exitCode: number; stderr: string }> {
  const { signal, stallMs = defaultStallMs } = run
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const pipes = run.onPipe ?? []
    const child = spawn(run.program, run.args, {
      env: {},
      stdio: ['ignore', 'pipe', 'pipe', ...pipes.map(() => 'pipe' as const)],
    })
    if (child.pid) lowerPriority(child.pid, run.nice ?? 10)
    let stderr = ''
    let killedBecause: unknown
    const kill = (because: unknown) => {
      killedBecause ??= because
      child.kill('SIGKILL')
    }
    const onAbort = () => kill(signal?.reason)
    const watchdog = setTimeout(
      () => kill(ffmpegErrors.stalled(`FFmpeg made no progress for ${Math.round(stallMs / 1000)} s.`)),
      stallMs,
    )
    signal?.addEventListener('abort', onAbort, { once: true })

    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      watchdog.refresh()
      run.onOutput?.(text)
    })
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4_000)
    })
    for (const [index, take] of pipes.entries()) {
      ;(child.stdio[index + 3] as Readable).on('data', (bytes: Buffer) => {
        watchdog.refresh()
        take(bytes)
      })
    }
    const settle = (done: () => void) => {
      clearTimeout(watchdog)
      signal?.removeEventListener('abort', onAbort)
      done()
    }
    child.once('error', (cause) =>
      settle(() => reject(ffmpegErrors.missing(`"${run.program}" could not be started.`, { cause }))),
    )
    child.once('close', (exitCode, exitSignal) =>
      settle(() => {
        if (killedBecause !== undefined) return reject(killedBecause)
        if (exitSignal) {
          return reject(
            ffmpegErrors.crashed(`FFmpeg ended by ${exitSignal}.`, { detail: { stderr: stderr.trim() } }),
          )
        }
        resolve({ exitCode: exitCode ?? 1, stderr: stderr.trim() })
      }),
    )
  })
}
