/** Bounds how much CPU work runs at once on this machine, and lets runs take turns. */
export type CpuLimiter = {
  /**
   * Runs `fn` when a slot is free. Among the waiting, higher `priority` goes first, then the `key` (the run) with the
   * fewest running, then who came first. Rejects with the signal's reason when aborted while waiting.
   */
  run<T>(options: { key: string; priority?: number; signal: AbortSignal }, fn: () => Promise<T>): Promise<T>
  readonly running: number
  readonly waiting: number
}

type Waiter = { key: string; priority: number; start: () => void }

/** Makes a limiter with this many slots, at least one. */
export function createCpuLimiter(slots: number): CpuLimiter {
  if (!Number.isInteger(slots) || slots < 1) throw new RangeError(`${slots} is not a number of CPU slots`)
  const waiters: Waiter[] = []
  const runningByKey = new Map<string, number>()
  let running = 0

  const runningOf = (key: string) => runningByKey.get(key) ?? 0
  const isBefore = (a: Waiter, b: Waiter) =>
    a.priority === b.priority ? runningOf(a.key) < runningOf(b.key) : a.priority > b.priority

  function startNext(): void {
    if (running >= slots || waiters.length === 0) return
    const next = waiters.reduce((best, waiter) => (isBefore(waiter, best) ? waiter : best))
    waiters.splice(waiters.indexOf(next), 1)
    next.start()
  }

  function acquire(key: string, priority: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        waiters.splice(waiters.indexOf(waiter), 1)
        reject(signal.reason as Error)
      }
      const waiter: Waiter = {
        key,
        priority,
        start: () => {
          signal.removeEventListener('abort', onAbort)
          running += 1
          runningByKey.set(key, runningOf(key) + 1)
          resolve()
        },
      }
      signal.addEventListener('abort', onAbort, { once: true })
      waiters.push(waiter)
      startNext()
    })
  }

  function release(key: string): void {
    running -= 1
    if (runningOf(key) <= 1) runningByKey.delete(key)
    else runningByKey.set(key, runningOf(key) - 1)
    startNext()
  }

  return {
    async run({ key, priority = 0, signal }, fn) {
      await acquire(key, priority, signal)
      try {
        return await fn()
      } finally {
        release(key)
      }
    },
    get running() {
      return running
    },
    get waiting() {
      return waiters.length
    },
  }
}
