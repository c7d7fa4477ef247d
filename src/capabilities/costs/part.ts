import type { Logger } from '../../platform/log/log.ts'
import type { Part, Service } from '../../platform/part.ts'
import type { CostDeps } from './cost-deps.ts'
import { type ReportRouteDeps, costReportRoutes } from './report-routes.ts'
import { costRoutes } from './routes.ts'
import { expireReservations } from './settle-cost.ts'

/** Everything costs give to the product. */
export function costsPart(deps: CostDeps & ReportRouteDeps & { log: Logger }): Part {
  return { routes: [costRoutes(deps), costReportRoutes(deps)], services: [reservationSweep(deps)] }
}

const everyMs = 60_000

/** Lets go of reservations that nobody settled in time. */
function reservationSweep(deps: CostDeps & { log: Logger }): Service {
  return {
    name: 'the sweep of expired reservations',
    roles: ['api', 'worker'],
    start() {
      let timer: NodeJS.Timeout | undefined
      let isStopped = false
      async function round(): Promise<void> {
        try {
          const expired = await expireReservations(deps)
          if (expired > 0) deps.log.info({ expired }, 'reservations expired before they were settled')
        } catch (error) {
          deps.log.warn({ err: error }, 'expired reservations could not be let go of')
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
