import { randomInt } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** A port that a part wants: 0 means "any". `count` neighbouring ones belong to it, the first is named. */
export type PortWish = { port: number; count: number }

/**
 * The loopback ports of the parts of one installation. Where any will do, free ones are chosen and written down in
 * the data directory, so that the next start, which may have to adopt what this one left, finds the same.
 */
export async function keptPorts<Name extends string>(
  home: string,
  wishes: Record<Name, PortWish>,
): Promise<Record<Name, number>> {
  const path = join(home, 'ports.json')
  const kept = await readKept(path)
  const ports: Record<string, number> = {}
  const taken = new Set<number>()
  const take = (name: string, port: number, { count }: PortWish) => {
    ports[name] = port
    for (let at = 0; at < count; at += 1) taken.add(port + at)
  }
  const missing: Array<[string, PortWish]> = []
  for (const [name, wish] of Object.entries<PortWish>(wishes)) {
    const port = wish.port !== 0 ? wish.port : kept[name]
    if (port === undefined) missing.push([name, wish])
    else take(name, port, wish)
  }
  for (const [name, wish] of missing) take(name, await freePorts(wish.count, taken), wish)
  if (missing.length > 0) {
    await writeFile(path, JSON.stringify({ ...kept, ...ports }), { mode: 0o600 })
  }
  return ports as Record<Name, number>
}

async function readKept(path: string): Promise<Record<string, number | undefined>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, number>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return {}
    throw error
  }
}

// Below what Linux (32768 on) and macOS (49152 on) give to outgoing connections, one of which could otherwise get hold
// of a port between its choice and the start of the part, and at every later start too.
const firstPort = 10_000
const lastPort = 32_000

/** The first of `count` neighbouring ports that are free right now and no other part's. */
async function freePorts(count: number, taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const first = randomInt(firstPort, lastPort - count)
    const ports = Array.from({ length: count }, (_, index) => first + index)
    if (ports.some((port) => taken.has(port))) continue
    const areFree = await Promise.all(ports.map(isPortFree))
    if (!areFree.includes(false)) return first
  }
}

/** Whether nothing listens on this loopback port right now. */
function isPortFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer().once('error', () => resolve(false))
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  return promise
}
