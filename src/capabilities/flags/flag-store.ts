import type { Db } from '../../platform/db/client.ts'
import type { EventFeed } from '../../platform/events/event-feed.ts'
import type { Logger } from '../../platform/log/log.ts'
import { compileFlags, type ReadyExperiment, type ReadyFlag } from './compile-flags.ts'
import { type Evaluation, evaluateFlag } from './evaluate-flag.ts'
import { loadRunningExperiments } from './experiments/running-experiments.ts'
import type { Environment } from './flag.ts'
import { loadFlags } from './load-flags.ts'
import type { Context } from './match-condition.ts'
import { createExposureRecorder } from './record-exposures.ts'

/** The flags of a workspace in memory, ready to be asked without waiting. */
export type WorkspaceFlags = {
  evaluate(key: string, context: Context): Evaluation | undefined
  readonly experiments: ReadonlyMap<string, ReadyExperiment>
}

export type FlagStore = {
  /** The flags of a workspace: read from the database at the first call, kept in step with it from then on. */
  of(workspaceId: string): Promise<WorkspaceFlags>
  /** Calls when flags of a workspace have been read anew. The returned function ends it. */
  onChange(hear: (workspaceId: string) => void): () => void
  /** Writes down exposures that wait to be. */
  flush(): Promise<void>
  close(): Promise<void>
}

export type FlagStoreDeps = {
  db: Db
  log: Logger
  environment: Environment
  events: Pick<EventFeed, 'subscribe'>
  now?: () => Date
  /** Workspaces kept in memory; the one not asked for longest goes first. Default 1,000. */
  maxWorkspaces?: number
}

type Kept = { flags: WorkspaceFlags; unsubscribe: () => void }

/**
 * Keeps flags in memory per workspace. A change is heard from the database's notifications (the event feed, which also
 * looks by itself when none comes) and read at once; until it has been read the flags are those before.
 */
export function createFlagStore(deps: FlagStoreDeps): FlagStore {
  const now = deps.now ?? (() => new Date())
  const kept = new Map<string, Promise<Kept>>()
  const hearers = new Set<(workspaceId: string) => void>()
  const recorder = createExposureRecorder(deps)

  async function open(workspaceId: string): Promise<Kept> {
    const state = { ready: await read(workspaceId, deps), isReading: false, isOld: false }
    async function readAnew(): Promise<void> {
      state.isOld = true
      if (state.isReading) return
      state.isReading = true
      try {
        while (state.isOld) {
          state.isOld = false
          state.ready = await read(workspaceId, deps)
        }
        for (const hear of hearers) hear(workspaceId)
      } catch (error) {
        deps.log.warn({ err: error, workspaceId }, 'flags could not be read; those before still count')
        setTimeout(() => void readAnew(), 1_000).unref()
      } finally {
        state.isReading = false
      }
    }
    const unsubscribe = deps.events.subscribe(workspaceId, (event) => {
      if (/^(flag|experiment)\./.test(event.type)) void readAnew()
    })
    // Between the first reading and the subscription something may have been changed.
    await readAnew()
    return {
      unsubscribe,
      flags: {
        get experiments() {
          return state.ready.experiments
        },
        evaluate(key, context) {
          const nowMs = now().getTime()
          const found = evaluateFlag(state.ready.flags, key, context, nowMs)
          if (!found) return undefined
          recorder.used(workspaceId, key, nowMs)
          if (found.exposure && context.targetingKey !== undefined) {
            const { exposureId, arm } = found.exposure
            const unitId = context.targetingKey
            recorder.add({ workspaceId, exposureId, unitId, variant: arm, at: new Date(nowMs) })
          }
          return found
        },
      },
    }
  }

  return {
    async of(workspaceId) {
      let entry = kept.get(workspaceId)
      if (entry) kept.delete(workspaceId)
      else {
        entry = open(workspaceId)
        entry.catch(() => kept.delete(workspaceId))
      }
      kept.set(workspaceId, entry)
      if (kept.size > (deps.maxWorkspaces ?? 1_000)) {
        const [oldest, old] = kept.entries().next().value!
        kept.delete(oldest)
        void old.then(({ unsubscribe }) => unsubscribe())
      }
      return (await entry).flags
    },
    onChange(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    flush: () => recorder.flush(),
    async close() {
      for (const entry of kept.values()) (await entry).unsubscribe()
      kept.clear()
      await recorder.flush()
    },
  }
}

async function read(workspaceId: string, { db, environment }: FlagStoreDeps) {
  const running = await loadRunningExperiments(db, workspaceId)
  const flags: Map<string, ReadyFlag> = compileFlags(await loadFlags(db, workspaceId), {
    environment,
    experiments: running,
  })
  return { flags, experiments: new Map(running.map((each) => [each.key, each])) }
}
