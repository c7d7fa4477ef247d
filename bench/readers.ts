import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

export type ReadersJob = {
  /** Of the API, such as `http://127.0.0.1:4000`. */
  url: string
  /** One credential per reader. */
  keys: string[]
  /** Each reader takes one group after the other, and any path of it. */
  groups: Array<{ name: string; paths: string[] }>
  seconds: number
  /**
   * Requests per second of all readers together, at random moments; the time of each counts from the moment it was
   * due. Without it every reader sends the next request as soon as it has its answer.
   */
  ratePerSecond?: number
}

export type ReadersResult = {
  /** Milliseconds to the last byte of each answer. */
  timesMs: number[]
  /** The same by group, in the order of `groups`. */
  timesMsByGroup: number[][]
  /** Answers other than 200. */
  failures: number
  seconds: number
  bytes: number
  /** What making the load cost: on few cores it is taken from the server. */
  cpuMs: number
}

/** Reads with many readers at once, from a process of its own so that making the load does not delay the server. */
export async function runReaders(job: ReadersJob): Promise<ReadersResult> {
  const child: ChildProcess = fork(new URL('./readers-child.ts', import.meta.url), {
    serialization: 'advanced',
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the readers ended with ${code} before they had a result`)
  })
  child.send(job)
  const [result] = (await Promise.race([once(child, 'message'), ended])) as [ReadersResult]
  ended.catch(() => undefined)
  child.disconnect()
  return result
}
