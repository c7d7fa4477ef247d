/**
 * `closed`: calls pass. `open`: none does until it has rested. `halfOpen`: one call at a time passes; after two good
 * ones it closes, after a bad one it opens again for twice as long.
 */
export const breakerStates = ['closed', 'open', 'halfOpen'] as const
export type BreakerState = (typeof breakerStates)[number]

export type Breaker = {
  state: BreakerState
  /** Failures in a row while closed, successes in a row while half-open. */
  inARow: number
  timesOpened: number
  /** When the next call may pass, for one that is not closed. */
  probeAt: Date | null
}

export const closedBreaker: Breaker = { state: 'closed', inARow: 0, timesOpened: 0, probeAt: null }

const failuresToOpen = 5
const successesToClose = 2
const firstRestMs = 30_000
const longestRestMs = 600_000
/** A probe that nobody reported on, since its process died, blocks the next one for so long. */
const probeMs = 150_000

/** What a call that ended makes of a breaker. */
export function afterCall(breaker: Breaker, ended: { isGood: boolean; at: Date }): Breaker {
  const { state, inARow, timesOpened } = breaker
  if (ended.isGood) {
    if (state === 'closed') return { ...closedBreaker }
    // A late success of a call from before it opened says nothing about now.
    if (state === 'open') return breaker
    if (inARow + 1 >= successesToClose) return { ...closedBreaker }
    return { ...breaker, inARow: inARow + 1, probeAt: ended.at }
  }
  if (state === 'open') return breaker
  if (state === 'closed' && inARow + 1 < failuresToOpen) return { ...breaker, inARow: inARow + 1 }
  const restMs = Math.min(firstRestMs * 2 ** timesOpened, longestRestMs)
  return {
    state: 'open',
    inARow: 0,
    timesOpened: timesOpened + 1,
    probeAt: new Date(ended.at.getTime() + restMs),
  }
}

/** Whether a call may pass now; when it does on a breaker that is not closed, this is what the breaker becomes. */
export function tryPass(breaker: Breaker, at: Date): { passes: boolean; next: Breaker } {
  if (breaker.state === 'closed') return { passes: true, next: breaker }
  if (breaker.probeAt !== null && at < breaker.probeAt) return { passes: false, next: breaker }
  const inARow = breaker.state === 'open' ? 0 : breaker.inARow
  return {
    passes: true,
    next: { ...breaker, state: 'halfOpen', inARow, probeAt: new Date(at.getTime() + probeMs) },
  }
}
