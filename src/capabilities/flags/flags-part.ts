import { systemActor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import type { Logger } from '../../platform/log/log.ts'
import type { Part } from '../../platform/part.ts'
import { experimentRoutes } from './experiments/experiment-routes.ts'
import { recordOutcomes } from './experiments/record-outcomes.ts'
import { resultRoutes } from './experiments/result-routes.ts'
import { guardrailService } from './experiments/watch-guardrails.ts'
import type { Environment } from './flag.ts'
import type { FlagStore } from './flag-store.ts'
import { type FlagClient, openFlagClient } from './openfeature-provider.ts'
import { flagRoutes } from './routes.ts'

/** Flags and experiments: their routes, the guardrails in the worker, and the end of the store with the process. */
export function flagsPart(deps: {
  db: Db
  log: Logger
  environment: Environment
  store: FlagStore
  now?: () => Date
}): Part {
  return {
    routes: [flagRoutes(deps), resultRoutes(deps), experimentRoutes(deps)],
    services: [
      guardrailService(deps),
      {
        name: 'the flags in memory',
        roles: ['api', 'worker'],
        start: () => ({ stop: () => deps.store.close() }),
      },
    ],
  }
}

/** The client for the product's own code; what it tracks becomes outcomes. */
export function createFlagClient(deps: {
  db: Db
  log: Logger
  store: FlagStore
  now?: () => Date
}): FlagClient {
  return openFlagClient(deps.store, ({ workspaceId, ...outcome }) => {
    const actor = systemActor('flags', workspaceId)
    recordOutcomes(deps, { actor, outcomes: [outcome] }).catch((error: unknown) =>
      deps.log.warn({ err: error, metric: outcome.metric }, 'an outcome could not be recorded'),
    )
  })
}
