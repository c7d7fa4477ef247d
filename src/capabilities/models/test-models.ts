import { type Actor, systemActor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { silentLog } from '../../platform/log/log.ts'
import type { Clock } from '../../providers/llm/index.ts'
import { createLlmDoor } from './llm-door.ts'
import type { ModelDeps } from './model-deps.ts'

export const actor = systemActor('test', 'ws_1')
export const person: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['models.read', 'models.write', 'costs.read']),
}

/** A clock whose waits end at once: retries and time limits of vendors are tested with the vendors. */
const noWait: Clock = {
  now: () => Date.now(),
  after(ms, act) {
    // Only the pauses between tries end; the limits of a call (30 s and more) never come.
    if (ms < 10_000) setImmediate(act)
    return () => undefined
  },
}

/** Models with Anthropic and OpenAI played by local servers, at a time that the test moves. */
export function modelDeps(
  db: Db,
  options: { anthropicUrl?: string; openaiUrl?: string; environment?: string; at?: { now: Date } },
): ModelDeps & { at: { now: Date } } {
  const at = options.at ?? { now: new Date('2026-11-21T10:00:00Z') }
  return {
    db,
    log: silentLog(),
    at,
    environment: options.environment ?? 'production',
    now: () => at.now,
    clock: noWait,
    random: () => 0.5,
    llm: createLlmDoor({
      anthropicBaseUrl: `${options.anthropicUrl}/v1`,
      openaiBaseUrl: `${options.openaiUrl}/v1`,
      // A port that nobody listens on.
      ollamaBaseUrl: 'http://127.0.0.1:9/v1',
      keys: {
        ...(options.anthropicUrl ? { anthropic: 'key' } : {}),
        ...(options.openaiUrl ? { openai: 'key' } : {}),
      },
      findSecret: async () => undefined,
      clock: noWait,
    }),
  }
}
