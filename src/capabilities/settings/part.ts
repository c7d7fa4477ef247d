import type { EventFeed } from '../../platform/events/event-feed.ts'
import type { Part } from '../../platform/part.ts'
import type { SecretStore } from '../../providers/secrets/index.ts'
import { settingRoutes } from './routes.ts'
import { type SecretDeps, secretPrefix } from './secrets/secret.ts'
import { createSecretMemory, type SecretMemory } from './secrets/secret-memory.ts'
import { secretRoutes } from './secrets/secret-routes.ts'
import { type TopicRouteDeps, topicRoutes } from './topics/topic-routes.ts'
import { settingTransferRoutes } from './transfer-routes.ts'

/** Everything settings, topics and secrets give to the product. */
export function settingsPart(deps: TopicRouteDeps & SecretDeps): Part {
  return {
    routes: [settingRoutes(deps), settingTransferRoutes(deps), topicRoutes(deps), secretRoutes(deps)],
  }
}

/** The memory of secrets of one process; changes made by any process clear it. */
export function openSecretMemory(deps: {
  config: SecretDeps['config']
  secretStore: SecretStore
  events: Pick<EventFeed, 'subscribe'>
}): SecretMemory {
  const { config, secretStore: store, events } = deps
  return createSecretMemory({
    store,
    events,
    pathOf: (workspaceId, name) => secretPrefix(config, workspaceId) + name,
  })
}
