import type { OpenAPIHono } from '@hono/zod-openapi'
import type { StepHandler, WorkflowHandler } from './durable/define.ts'
import type { HttpEnv } from './http/http-env.ts'

/** Something that runs beside the requests for as long as the process lives: a poller, a feed, a timer. */
export type Service = {
  /** What the log calls it, such as `the price check`. */
  name: string
  /** Which processes run it: those that answer requests, those that work, or both. */
  roles: ReadonlyArray<'api' | 'worker'>
  start(): { stop(): Promise<void> }
}

/** What a capability gives to the product: its routes under /api/v1, its durable work and its services. */
export type Part = {
  routes?: Array<OpenAPIHono<HttpEnv>>
  steps?: StepHandler[]
  workflows?: WorkflowHandler[]
  services?: Service[]
}
