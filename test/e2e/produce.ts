import { randomUUID } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Production } from '../../src/capabilities/productions/index.ts'
import { type ApiClient, createApiClient } from '../../src/platform/cli/api-client.ts'
import type { TestApp } from './start-app.ts'
import { until } from './up.ts'

const endStates = new Set(['succeeded', 'failed', 'cancelled'])

export function clientOf(app: TestApp): ApiClient {
  return createApiClient({ url: app.url, apiKey: app.apiKey })
}

/** Uploads a file and starts its production; resolves when it is queued. */
export async function startOn(
  client: ApiClient,
  path: string,
): Promise<{ id: string; runId: string; assetId: string }> {
  const { assetId } = await client.upload(path)
  return client.post('/productions', { assetId })
}

/** The production when it has ended, well or not. */
export async function endOf(
  client: ApiClient,
  productionId: string,
  timeoutMs = 120_000,
): Promise<Production> {
  let production: Production | undefined
  await until(
    `${productionId} has ended`,
    async () => {
      production = await client.get<Production>(`/productions/${productionId}`)
      return endStates.has(production.state)
    },
    timeoutMs,
  )
  return production!
}

/** The same recording as another content: a `free` box of random bytes at its end, which every reader skips. */
export async function anotherContent(recording: string, path: string): Promise<string> {
  const box = Buffer.alloc(8 + 36)
  box.writeUInt32BE(box.length, 0)
  box.write('free', 4, 'latin1')
  box.write(randomUUID(), 8, 'latin1')
  await writeFile(path, Buffer.concat([await readFile(recording), box]))
  return path
}

/** Everything that is stored or half made: objects, uploads on their way, work folders. Names, sorted. */
export function storedFiles(home: string): string[] {
  return ['objects', 'uploads', 'work']
    .flatMap((part) => filesBelow(join(home, part)).map((name) => join(part, name)))
    .sort()
}

/** Files below a folder, by their names in it; none if there is no such folder. */
export function filesBelow(dir: string): string[] {
  try {
    return readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(dir, name), { throwIfNoEntry: false })?.isFile(),
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
