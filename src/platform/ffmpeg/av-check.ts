import { Dictionary, FFmpegError } from 'node-av/lib'
import { AVERROR_EOF } from 'node-av/constants'
import { ffmpegErrors } from './errors.ts'

const againCode: number = FFmpegError.AVERROR('EAGAIN' as never)

/** Throws `ffmpeg.failed` for a negative answer of the library, with what it means and what was being done. */
export function check(code: number, doing: string): number {
  if (code >= 0) return code
  throw ffmpegErrors.failed(`${doing}: ${FFmpegError.strerror(code)}`, { detail: { code } })
}

/** Whether the library wants more input before it can give output. */
export function isAgain(code: number): boolean {
  return code === againCode
}

export function isEnd(code: number): boolean {
  return code === AVERROR_EOF
}

const held: unknown[] = []

/**
 * Keeps a wrapper of the library alive until the process ends, and returns it. The wrappers free their native part
 * when they are collected as garbage, in any order: a filter after its graph, a stream after its file. That crashes
 * the process, so nothing with such ties is ever collected. A media child does one job and exits.
 */
export function hold<T>(wrapper: T): T {
  held.push(wrapper)
  return wrapper
}

/** Options as the library takes them. Held, because the library consumes them and the wrapper would free them again. */
export function libraryOptions(options: Record<string, string>): Dictionary {
  return hold(Dictionary.fromObject(options))
}

/** The library's value for a time that is not known (`AV_NOPTS_VALUE`). */
export const noTime = -9223372036854775808n
