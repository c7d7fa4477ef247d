import { implement, rpc } from '@restatedev/restate-sdk'

import type { Db } from '../db/client.ts'
import { scheduleContract, type Namespace } from './contracts.ts'
import type { WorkflowDefinition } from './define.ts'
import { fireSchedule } from './schedule-rows.ts'
import { asTerminalError } from './terminal-error.ts'

/**
 * The engine's side of schedules: one object per schedule, whose ticks come one after the other. The rows in the
 * database say what is due; a tick whose generation is not the row's does nothing, so that a change needs no recall.
 */
export function scheduleService(
  deps: { db: Db; namespace: Namespace },
  workflows: readonly WorkflowDefinition[],
) {
  const contract = scheduleContract(deps.namespace)
  return implement(contract, {
    handlers: {
      async tick(ctx, { generation, dueAtMs }) {
        const scheduleId = ctx.key
        const next = await ctx.run('Start the scheduled run', async () => {
          const now = new Date()
          const found = await fireSchedule(deps.db, workflows, { scheduleId, generation, dueAtMs }, now)
          return found ? { ...found, delayMs: Math.max(0, found.dueAtMs - now.getTime()) } : null
        })
        if (!next) return
        ctx
          .sendClient(contract, scheduleId)
          .tick({ generation, dueAtMs: next.dueAtMs }, rpc.sendOpts({ delay: next.delayMs }))
      },
    },
    options: { asTerminalError, journalRetention: { days: 1 } },
  })
}
