import { sql } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import type { Logger } from '../../platform/log/log.ts'
import { rolloutArms } from './evaluate-flag.ts'
import { exposures, flagUses } from './schema.ts'

export type Exposure = {
  workspaceId: string
  exposureId: string
  unitId: string
  variant: string
  at: Date
}

/**
 * Writes down who got what, once per unit: the first counts, and what a unit got first is what it stays with. Only a
 * rollout moves units, from the rest to the rollout and never back.
 */
export async function recordExposures(db: Db, batch: readonly Exposure[]): Promise<void> {
  // Two lines for one unit in a statement would be refused by the database.
  const once = new Map(batch.map((each) => [`${each.workspaceId}\0${each.exposureId}\0${each.unitId}`, each]))
  if (once.size === 0) return
  await db
    .insert(exposures)
    .values([...once.values()])
    .onConflictDoUpdate({
      target: [exposures.workspaceId, exposures.exposureId, exposures.unitId],
      set: { variant: sql`excluded.variant`, at: sql`excluded.at` },
      setWhere: sql`${exposures.variant} = ${rolloutArms.rest} and excluded.variant = ${rolloutArms.on}
        and ${exposures.exposureId} like 'rollout:%'`,
    })
}

export type ExposureRecorder = {
  /** Takes note of an exposure; written within a second, so that nobody waits for it. */
  add(exposure: Exposure): void
  /** Takes note that a flag was asked for; written once an hour. */
  used(workspaceId: string, key: string, nowMs: number): void
  flush(): Promise<void>
}

const hourMs = 3_600_000
const mostWaiting = 10_000

/** Gathers exposures in memory and writes them together. What a killed process had not written comes with the unit's next question. */
export function createExposureRecorder(deps: { db: Db; log: Logger; everyMs?: number }): ExposureRecorder {
  const waiting = new Map<string, Exposure>()
  const known = new Set<string>()
  const usedAt = new Map<string, number>()
  const uses = new Map<string, { workspaceId: string; key: string; lastUsedAt: Date }>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  function plan(): void {
    timer ??= setTimeout(() => void recorder.flush(), deps.everyMs ?? 1_000).unref()
  }

  async function write(): Promise<void> {
    const batch = [...waiting.values()]
    const asked = [...uses.values()]
    waiting.clear()
    uses.clear()
    try {
      // Five values a line; the protocol takes 65,535 in a statement.
      for (let at = 0; at < batch.length; at += 5_000) {
        await recordExposures(deps.db, batch.slice(at, at + 5_000))
      }
      if (asked.length > 0) {
        await deps.db
          .insert(flagUses)
          .values(asked)
          .onConflictDoUpdate({
            target: [flagUses.workspaceId, flagUses.key],
            set: { lastUsedAt: sql`greatest(${flagUses.lastUsedAt}, excluded.last_used_at)` },
          })
      }
    } catch (error) {
      // They count again at the units' next questions, so they are forgotten here rather than kept for ever.
      for (const each of batch) known.delete(idOf(each))
      for (const each of asked) usedAt.delete(`${each.workspaceId}\0${each.key}`)
      deps.log.warn({ err: error, exposures: batch.length }, 'exposures could not be written')
    }
  }

  const recorder: ExposureRecorder = {
    add(exposure) {
      const id = idOf(exposure)
      if (known.has(id) || waiting.size >= mostWaiting) return
      if (known.size >= 10 * mostWaiting) known.clear()
      known.add(id)
      waiting.set(id, exposure)
      plan()
    },
    used(workspaceId, key, nowMs) {
      const id = `${workspaceId}\0${key}`
      if (nowMs - (usedAt.get(id) ?? 0) < hourMs) return
      usedAt.set(id, nowMs)
      uses.set(id, { workspaceId, key, lastUsedAt: new Date(nowMs) })
      plan()
    },
    flush() {
      clearTimeout(timer)
      timer = undefined
      writing = writing.then(write)
      return writing
    },
  }
  return recorder
}

function idOf({ workspaceId, exposureId, unitId, variant }: Exposure): string {
  return `${workspaceId}\0${exposureId}\0${unitId}\0${variant}`
}
