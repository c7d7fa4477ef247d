import type { Context } from 'hono'
import type { Actor } from '../../kernel/actor.ts'
import type { Logger } from '../log/log.ts'
import type { IdempotencyStore } from './idempotency-store.ts'
import type { ShareReads } from './share-reads.ts'

/** What each request carries. `actor` is set on every route that is not explicitly public. */
export type HttpEnv = {
  Variables: {
    requestId: string
    actor: Actor
    log: Logger
    /** Network address of the caller, or its network for IPv6. */
    address: string
    idempotency: IdempotencyStore
    sharedReads: ShareReads
  }
}

export type HttpContext = Context<HttpEnv>
