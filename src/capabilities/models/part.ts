import { and, gte, sql } from 'drizzle-orm'
import { systemActor } from '../../kernel/actor.ts'
import type { Part, Service } from '../../platform/part.ts'
import { checkModels } from './check-models.ts'
import { observeBreakers } from './metrics.ts'
import type { ModelDeps } from './model-deps.ts'
import { modelRoutes } from './routes.ts'
import { modelBreakers, modelCalls } from './schema.ts'

/** Everything models give to the product. */
export function modelsPart(deps: ModelDeps): Part {
  return { routes: [modelRoutes(deps)], services: [healthChecks(deps), breakerGauge(deps)] }
}

const everyMs = 60_000

/** Checks the vendors of workspaces with models that rest or were used in the last hour, so that they come back. */
function healthChecks(deps: ModelDeps): Service {
  return {
    name: 'the health checks of models',
    roles: ['api'],
    start() {
      let timer: NodeJS.Timeout | undefined
      let isStopped = false
      async function round(): Promise<void> {
        try {
          for (const workspaceId of await activeWorkspaces(deps)) {
            if (isStopped) return
            await checkModels(deps, { actor: systemActor('health checks', workspaceId) })
          }
        } catch (error) {
          deps.log.warn({ err: error }, 'models could not be checked')
        }
        if (!isStopped) timer = setTimeout(() => (current = round()), everyMs).unref()
      }
      let current = round()
      return {
        async stop() {
          isStopped = true
          clearTimeout(timer)
          await current
        },
      }
    },
  }
}

async function activeWorkspaces(deps: ModelDeps): Promise<string[]> {
  const since = new Date((deps.now?.() ?? new Date()).getTime() - 3_600_000)
  const rows = await deps.db
    .selectDistinct({ workspaceId: modelCalls.workspaceId })
    .from(modelCalls)
    .where(and(gte(modelCalls.at, since), sql`${modelCalls.model} <> 'offline'`))
    .limit(20)
  return rows.map(({ workspaceId }) => workspaceId)
}

function breakerGauge(deps: ModelDeps): Service {
  return {
    name: 'the breakers of models in the metrics',
    roles: ['api', 'worker'],
    start() {
      const stop = observeBreakers(async () => {
        const rows = await deps.db.select().from(modelBreakers)
        return new Map(rows.map((row) => [row.model, row]))
      })
      return { stop: async () => stop() }
    },
  }
}
