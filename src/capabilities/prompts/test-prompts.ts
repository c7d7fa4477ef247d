import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import type { PromptDeps } from './find-prompt.ts'
import type { PromptPlace } from './prompt.ts'
import { savePrompt } from './save-prompt.ts'

/** Who may do everything here in workspace `ws_1`. */
export const writer: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['prompts.read', 'prompts.write', 'experiments.read', 'experiments.write']),
}

export const greeting = {
  title: 'Greeting',
  variables: [{ name: 'name', type: 'text', example: 'Ada' }],
  user: 'Hello {{ name }}',
} as const

export const everywhere = { topic: '', language: '' }

export const depsOf = (db: Db): PromptDeps => ({ db, library: [] })

/** Saves a prompt `hello`, with changes on top of `greeting`. */
export function save(deps: PromptDeps, change: object = {}, place: Partial<PromptPlace> = {}, version = 0) {
  const definition = { ...greeting, ...change }
  return savePrompt(deps, {
    actor: writer,
    key: 'hello',
    ...everywhere,
    ...place,
    version,
    definition,
    reason: 'a test',
  })
}
