import type { EventFeed } from '../../../platform/events/event-feed.ts'
import { everyWorkspace } from '../../../platform/events/event-feed.ts'
import type { SecretStore, SecretValue } from '../../../providers/secrets/index.ts'

/** Values of secrets in the memory of one process, for five minutes at most. Never written, never listed. */
export type SecretMemory = {
  get(path: string, options?: { fresh?: boolean }): Promise<SecretValue | undefined>
  forget(path: string): void
  close(): void
}

export type SecretMemoryOptions = {
  store: SecretStore
  /** A change made here or told by the store's own rotation is heard as an event and forgets the value at once. */
  events?: Pick<EventFeed, 'subscribe'>
  /** The path of the secret that an event is about. */
  pathOf?: (workspaceId: string, name: string) => string
  /** Default 5 minutes, as AWS advises. */
  ttlMs?: number
  nowMs?: () => number
}

export function createSecretMemory(options: SecretMemoryOptions): SecretMemory {
  const { store, events, pathOf, ttlMs = 300_000, nowMs = () => performance.now() } = options
  const kept = new Map<string, { found: Promise<SecretValue | undefined>; readAtMs: number }>()

  const unsubscribe = events?.subscribe(everyWorkspace, ({ type, workspaceId, subjectId }) => {
    if (type.startsWith('secret.') && pathOf) kept.delete(pathOf(workspaceId, subjectId))
  })

  return {
    get(path, { fresh = false } = {}) {
      const entry = kept.get(path)
      if (!fresh && entry && nowMs() - entry.readAtMs < ttlMs) return entry.found
      const found = store.get(path)
      const made = { found, readAtMs: nowMs() }
      kept.set(path, made)
      const drop = () => {
        if (kept.get(path) === made) kept.delete(path)
      }
      // A failure, or that there is none, is not remembered: the next call asks again.
      found.then((value) => value ?? drop(), drop)
      return found
    },
    forget: (path) => void kept.delete(path),
    close: () => unsubscribe?.(),
  }
}
