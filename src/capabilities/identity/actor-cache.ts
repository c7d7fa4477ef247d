import type { Actor } from '../../kernel/actor.ts'

/** What a lookup found. Without `keepUntilMs` the answer is for this one request. */
export type FoundActor = { actor: Actor; keepUntilMs?: number }

/** Remembers for a moment who sent a credential, so that a burst of requests asks the database once. */
export type ActorCache = {
  /** The actor for a key: remembered, or looked up and remembered when there is one to keep. */
  through(key: string, look: () => Promise<FoundActor | undefined>): Promise<Actor | undefined>
  /** Forgets everyone. Called after every change to people, sessions, roles or keys. */
  clear(): void
}

/**
 * How long a change made by another process may go unnoticed here. In this process it takes effect at once, since
 * the cache is cleared.
 */
export const actorCacheMs = 2_000
const mostActors = 10_000

export function createActorCache(now: () => Date): ActorCache {
  const known = new Map<string, { actor: Actor; untilMs: number }>()
  let changes = 0
  return {
    async through(key, look) {
      const hit = known.get(key)
      if (hit && hit.untilMs > now().getTime()) return hit.actor
      const before = changes
      const found = await look()
      // What was read before a change must not be remembered after it.
      if (found?.keepUntilMs !== undefined && before === changes) {
        if (known.size >= mostActors) known.clear()
        const untilMs = Math.min(found.keepUntilMs, now().getTime() + actorCacheMs)
        known.set(key, { actor: found.actor, untilMs })
      }
      return found?.actor
    },
    clear() {
      changes++
      known.clear()
    },
  }
}
