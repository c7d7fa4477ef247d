import type { StoredValue } from './stored-settings.ts'

/** The stored values of one workspace as they were read, and what was worked out from them. */
export type CachedSettings = { stored: StoredValue[]; readAtMs: number; values: Map<string, unknown> }

export type SettingCache = {
  /** The workspace's values if they are there and fresh; answers without waiting. */
  peek(workspaceId: string): CachedSettings | undefined
  /** The workspace's values, loaded when they are not there or too old. */
  get(workspaceId: string): Promise<CachedSettings>
  /** Forgets a workspace, or with `*` everything: the next read asks the database. */
  forget(workspaceId: string): void
}

export type SettingCacheOptions = {
  load: (workspaceId: string) => Promise<StoredValue[]>
  /** How old a value may get when no event says that it changed. Default 30 s. */
  ttlMs?: number
  /** Default 1,000; the one that was loaded longest ago goes first. */
  maxWorkspaces?: number
  nowMs?: () => number
}

/**
 * Keeps settings in memory. What is loaded while it is being forgotten is used once and not kept, so that a value
 * that was read before a change never outlives the change.
 */
export function createSettingCache(options: SettingCacheOptions): SettingCache {
  const { load, ttlMs = 30_000, maxWorkspaces = 1_000, nowMs = () => performance.now() } = options
  const kept = new Map<string, CachedSettings>()
  const loading = new Map<string, Promise<CachedSettings>>()

  function peek(workspaceId: string): CachedSettings | undefined {
    const entry = kept.get(workspaceId)
    return entry !== undefined && nowMs() - entry.readAtMs < ttlMs ? entry : undefined
  }

  function start(workspaceId: string): Promise<CachedSettings> {
    const readAtMs = nowMs()
    const read = load(workspaceId).then((stored): CachedSettings => ({ stored, readAtMs, values: new Map() }))
    loading.set(workspaceId, read)
    const settle = (entry?: CachedSettings): void => {
      if (loading.get(workspaceId) !== read) return
      loading.delete(workspaceId)
      if (entry) keep(workspaceId, entry)
    }
    return read.then(
      (entry) => {
        settle(entry)
        return entry
      },
      (error: unknown) => {
        settle()
        throw error
      },
    )
  }

  function keep(workspaceId: string, entry: CachedSettings): void {
    kept.delete(workspaceId)
    kept.set(workspaceId, entry)
    for (const oldest of kept.keys()) {
      if (kept.size <= maxWorkspaces) break
      kept.delete(oldest)
    }
  }

  return {
    peek,
    async get(workspaceId) {
      return peek(workspaceId) ?? loading.get(workspaceId) ?? start(workspaceId)
    },
    forget(workspaceId) {
      if (workspaceId === '*') {
        kept.clear()
        loading.clear()
      } else {
        kept.delete(workspaceId)
        loading.delete(workspaceId)
      }
    },
  }
}
