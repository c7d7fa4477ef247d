import type { Db } from '../db/client.ts'
import type { Logger } from '../log/log.ts'
import { storeProgress, type AttemptKey } from './run-state.ts'

/** How often the progress of one step is written at most. */
const intervalMs = 250

/** Writes the progress of one step, no more than four times a second and never two writes at once. */
export function createProgress(options: {
  db: Db
  log: Logger
  key: AttemptKey
  stage: string | null
  stepId: string
  /** Percent points of the run that this step is worth. */
  points: number
}): { report(percent: number): void; finish(): Promise<void> } {
  let writtenAt = -Infinity
  let best = 0
  let writing: Promise<void> | undefined

  async function write(percent: number): Promise<void> {
    try {
      await storeProgress(options.db, options.key, {
        stage: options.stage!,
        stepId: options.stepId,
        points: (options.points * percent) / 100,
      })
    } catch (error) {
      // Progress is a courtesy: the work itself must not fail because it could not be shown.
      options.log.debug({ err: error }, 'progress could not be written')
    }
  }

  return {
    report(percent) {
      if (options.stage === null || !(percent > best)) return
      best = Math.min(percent, 100)
      const now = performance.now()
      if (writing || now - writtenAt < intervalMs) return
      writtenAt = now
      writing = write(best).finally(() => (writing = undefined))
    },
    async finish() {
      await writing
      if (options.stage !== null) await write(100)
    },
  }
}
