import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { setFlag } from './set-flag.ts'

/** Who may do everything here in workspace `ws_1`. */
export const lead: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['flags.read', 'flags.write', 'experiments.read', 'experiments.write']),
}

/** A boolean flag that is off for everybody. */
export const offForAll = {
  title: 'New player',
  kind: 'boolean',
  variants: { on: true, off: false },
  offVariant: 'off',
  serve: { variant: 'off' },
} as const

/** Makes a flag `key`, with changes on top of `offForAll`. */
export function makeFlag(db: Db, key: string, change: object = {}, now?: () => Date) {
  const definition = { ...offForAll, ...change }
  return setFlag({ db, ...(now ? { now } : {}) }, { actor: lead, key, definition, reason: 'a test' })
}
