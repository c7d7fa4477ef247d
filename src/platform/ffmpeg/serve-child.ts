import { AppError, errorFromCode } from '../../kernel/errors.ts'
import type {
  AnswerMessage,
  ChildFailure,
  ChildMessage,
  ChildUsage,
  JobMessage,
  MediaProgress,
} from './child-protocol.ts'

const progressEveryMs = 200

export type MediaChildTools = {
  /**
   * Tells the parent how far the job is; sent at most five times a second.
   * It also gives the event loop a turn then, so await it in loops of blocking calls: a child whose parent died
   * notices there and ends.
   */
  progress(progress: MediaProgress): Promise<void>
}

export type AskingChildTools = MediaChildTools & {
  /**
   * Asks the parent for something that this process must not reach for itself, such as bytes of a foreign server.
   * Several questions may be open at once. Fails as the parent's `onAsk` did, with the row kept.
   */
  ask(question: unknown): Promise<unknown>
}

/**
 * The child's side of `runMediaChild`: takes one job, does it, answers and exits.
 * Call it once at the top level of an entry file. The failure of a row keeps its code on the way to the parent.
 */
export function serveMediaChild<Job, Result>(
  work: (job: Job, tools: AskingChildTools) => Promise<Result>,
): void {
  if (!process.send) throw new TypeError('A media child runs under runMediaChild, not by itself')
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  const questions = openQuestions()
  process.once('message', (message: JobMessage<Job>) => {
    process.on('message', questions.take)
    work(message.job, { progress: throttledProgress(), ask: questions.ask }).then(
      (result) => answer({ kind: 'result', result, usage: usageNow() }),
      (error: unknown) => answer({ kind: 'error', error: describeFailure(error), usage: usageNow() }),
    )
  })
}

function openQuestions() {
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  return {
    ask: (question: unknown) =>
      new Promise<unknown>((resolve, reject) => {
        const id = ++lastId
        open.set(id, { resolve, reject })
        send({ kind: 'ask', id, question }, (error) => error && reject(error))
      }),
    take(message: AnswerMessage) {
      const waiting = open.get(message.id)
      open.delete(message.id)
      if ('value' in message) return waiting?.resolve(message.value)
      const { code, message: text, detail } = message.error
      waiting?.reject((code ? errorFromCode(code, text, detail) : undefined) ?? new Error(text))
    },
  }
}

function throttledProgress(): MediaChildTools['progress'] {
  let sentAtMs = Number.NEGATIVE_INFINITY
  return async (progress) => {
    const nowMs = performance.now()
    if (nowMs - sentAtMs < progressEveryMs) return
    sentAtMs = nowMs
    await new Promise<void>((resolve, reject) => {
      send({ kind: 'progress', progress }, (error) => (error ? reject(error) : setImmediate(resolve)))
    })
  }
}

function answer(message: ChildMessage<unknown>): void {
  // No orderly exit: the media library frees its parts in any order then, and crashes or hangs.
  send(message, () => process.kill(process.pid, 'SIGKILL'))
}

function send(message: ChildMessage<unknown>, done: (error: Error | null) => void): void {
  process.send?.(message, undefined, undefined, done)
}

/** A failure as it can cross the process border. */
export function describeFailure(error: unknown): ChildFailure {
  if (error instanceof AppError) return { code: error.code, message: error.message, detail: error.detail }
  if (error instanceof Error) return { message: error.message, stack: error.stack }
  return { message: String(error) }
}

function usageNow(): ChildUsage {
  const usage = process.resourceUsage()
  return {
    cpuMs: Math.round((usage.userCPUTime + usage.systemCPUTime) / 1000),
    peakRssBytes: usage.maxRSS * 1024,
  }
}
