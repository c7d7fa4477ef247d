import type { Clock } from '../../platform/clock.ts'

/** Time that moves only when a test says so. */
export type TestClock = Clock & {
  /** Lets this much time pass; everything that is due by then is called, in order. */
  pass(ms: number): void
  /** How long each thing that waits now will still wait. */
  waiting(): number[]
  /** Ends when something waits that was not there before. */
  waited(): Promise<void>
}

export function testClock(startMs = 1_790_000_000_000): TestClock {
  let nowMs = startMs
  let someone = Promise.withResolvers<void>()
  const timers = new Map<symbol, { atMs: number; act: () => void }>()
  return {
    now: () => nowMs,
    after(ms, act) {
      const id = Symbol('timer')
      timers.set(id, { atMs: nowMs + ms, act })
      someone.resolve()
      someone = Promise.withResolvers()
      return () => void timers.delete(id)
    },
    pass(ms) {
      nowMs += ms
      const due = [...timers].filter(([, { atMs }]) => atMs <= nowMs).sort((a, b) => a[1].atMs - b[1].atMs)
      for (const [id, { act }] of due) {
        timers.delete(id)
        act()
      }
    },
    waiting: () => [...timers.values()].map(({ atMs }) => atMs - nowMs),
    waited: () => someone.promise,
  }
}
