import type { Db } from '../../platform/db/client.ts'
import { everyWorkspace, type EventFeed } from '../../platform/events/event-feed.ts'
import type { SettingsConfig } from './definition.ts'
import { createSettingCache } from './setting-cache.ts'
import type { SettingFile } from './setting-file.ts'
import { loadStored, type SettingSources } from './stored-settings.ts'

/**
 * The file and the memory of one process. A change made by any process is told by its event, which comes by database
 * notification at once and by polling otherwise; should both fail, the time of the cache ends it.
 */
export function openSettingSources(deps: {
  db: Db
  config: SettingsConfig
  events: Pick<EventFeed, 'subscribe'>
  file?: SettingFile | undefined
  ttlMs?: number
}): Required<Pick<SettingSources, 'cache'>> & SettingSources & { close(): void } {
  const cache = createSettingCache({
    load: (workspaceId) => loadStored(deps, workspaceId),
    ...(deps.ttlMs === undefined ? {} : { ttlMs: deps.ttlMs }),
  })
  const close = deps.events.subscribe(everyWorkspace, ({ type, workspaceId, data }) => {
    if (type === 'setting.changed') cache.forget(data['layer'] === 'deployment' ? '*' : workspaceId)
    if (type === 'settings.imported') cache.forget(workspaceId)
  })
  return { file: deps.file, cache, close }
}
