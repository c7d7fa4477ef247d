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
  for (const [name, wish] of Object.entries<PortWish>(wishes)) {
    ports[name] = wish.port !== 0 ? wish.port : (kept[name] ?? (await freePorts(wish.count)))
  }
  const chosen = Object.keys(ports).filter((name) => wishes[name as Name].port === 0)
  if (chosen.some((name) => kept[name] === undefined)) {
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

/** The first of `count` neighbouring ports that are free right now. */
async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = await tryPort(0)
    if (first === undefined || first + count > 65_535) continue
    const rest = await Promise.all(
      Array.from({ length: count - 1 }, (_, index) => tryPort(first + 1 + index)),
    )
    if (!rest.includes(undefined)) return first
  }
}

/** The port if it can be listened on, else undefined. 0 stands for any. */
function tryPort(port: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const server = createServer().once('error', () => resolve(undefined))
  server.listen(port, '127.0.0.1', () => {
    const found = (server.address() as { port: number }).port
    server.close(() => resolve(found))
  })
  return promise
}
