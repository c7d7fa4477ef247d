import { createServer } from 'node:net'

/** The three TCP ports of one engine: calls come in by `ingress`, operators by `admin`, other nodes by `fabric`. */
export type EnginePorts = { ingress: number; admin: number; fabric: number }

/** Where the embedded engine listens unless the caller says otherwise. */
export const defaultEnginePorts: EnginePorts = { ingress: 4081, admin: 4071, fabric: 4022 }

/** Whether nothing listens on this loopback port right now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else reject(error)
    })
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** Three loopback ports that were free a moment ago; for tests and second engines on one machine. */
export async function freeEnginePorts(): Promise<EnginePorts> {
  const servers = await Promise.all(
    [0, 1, 2].map(
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().once('error', reject)
          server.listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return { ingress: ports[0]!, admin: ports[1]!, fabric: ports[2]! }
}
