import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { httpErrors } from './errors.ts'
import type { HttpEnv } from './http-env.ts'

export type HttpServer = {
  /** `http://127.0.0.1:4000`, with the real port when 0 was asked for. */
  url: string
  port: number
  /** Takes no new connection, lets running requests end for `graceMs` (default 3 s), then cuts the rest. */
  stop(graceMs?: number): Promise<void>
}

const silentForMs = 120_000

/** Starts to listen. A port in use is `http.portTaken`, which names it. */
export async function serveHttp(
  app: Pick<OpenAPIHono<HttpEnv>, 'fetch'>,
  address: { host: string; port: number },
): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  // An upload may take hours; only a connection that says nothing is cut.
  server.requestTimeout = 0
  server.headersTimeout = 30_000
  server.keepAliveTimeout = 65_000
  server.setTimeout(silentForMs)
  await listen(server, address)
  const { port } = server.address() as AddressInfo
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return { url: `http://${host}:${port}`, port, stop: (graceMs = 3_000) => stop(server, graceMs) }
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EADDRINUSE') {
      reject(
        httpErrors.portTaken(`Port ${port} on ${host} is already in use.`, { cause, detail: { host, port } }),
      )
    } else if (cause.code === 'EACCES') {
      reject(
        httpErrors.portTaken(`This user may not listen on port ${port}.`, { cause, detail: { host, port } }),
      )
    } else reject(cause)
  })
  server.listen(port, host, resolve)
  return promise
}

function stop(server: Server, graceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  server.close(() => {
    clearTimeout(timer)
    resolve()
  })
  server.closeIdleConnections()
  return promise
}
