import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../db/client.ts'
import { silentLog, type Logger } from '../log/log.ts'
import { createHttp, type HttpConfig } from './create-http.ts'
import type { HttpEnv } from './http-env.ts'
import type { Authenticate } from './require-actor.ts'

export type TestHttpOptions = {
  /** Needed by routes that use Idempotency-Key. */
  db?: Db
  /** Who sends every request; null for nobody. Default: a person with every permission that is asked for. */
  actor?: Actor | null
  authenticate?: Authenticate
  routes?: Array<OpenAPIHono<HttpEnv>>
  config?: Partial<HttpConfig>
  now?: () => Date
  log?: Logger
}

/** The HTTP application as tests use it: real middleware, a given actor, routes below /api/v1. Call `app.request`. */
export function testHttp(options: TestHttpOptions = {}): OpenAPIHono<HttpEnv> {
  const actor = options.actor === undefined ? allPowerful() : (options.actor ?? undefined)
  const app = createHttp({
    log: options.log ?? silentLog(),
    config: {
      publicUrl: 'http://localhost:4000',
      corsOrigins: [],
      rateLimitPerMinute: 1000,
      ...options.config,
    },
    db: options.db ?? (undefined as unknown as Db),
    authenticate: options.authenticate ?? (async () => actor),
    ...(options.now ? { now: options.now } : {}),
  })
  for (const routes of options.routes ?? []) app.route('/api/v1', routes)
  return app
}

/** A person of `ws_test` who may do everything. */
export function allPowerful(id = 'person_test', workspaceId = 'ws_test'): Actor {
  return { kind: 'person', id, workspaceId, permissions: new EverySet() }
}

/** Has everything; lists nothing. */
class EverySet extends Set<string> {
  override has(): boolean {
    return true
  }
}

/** The JSON of an answer; tests look at its members. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test says by its assertions what the body is
export async function bodyOf(answer: Response): Promise<any> {
  return answer.json()
}

/** A request with a JSON body. */
export function jsonRequest(
  method: string,
  body: unknown,
  headers: Record<string, string> = {},
): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }
}
