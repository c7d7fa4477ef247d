import { join } from 'node:path'
import { openDb } from '../src/platform/db/client.ts'
import { chooseUser } from '../src/platform/db/run-as.ts'
import { prepareSocketDir, socketUrl } from '../src/platform/db/socket.ts'
import { startApp, type TestApp } from '../test/e2e/start-app.ts'
import { fillLibrary, type Library } from '../test/fixtures/library.ts'
import { type Line, percentile } from './line.ts'
import { familyOf } from './processes.ts'
import { type ReadersJob, type ReadersResult, runReaders } from './readers.ts'

const readers = 50
const scopes = ['assets', 'clips', 'drafts', 'runs', 'productions', 'media'].map((noun) => `${noun}.read`)

/**
 * Reads the API of the real product with 50 keep-alive connections, each with a key of its own, on a library of some
 * hundred files, clips, drafts and runs, with pages of the default size (50). First at rates that many people cause,
 * then as fast as it answers, where the time of an answer is mostly waiting for the 49 others.
 */
export async function benchApi(options: { seconds?: number } = {}): Promise<Line[]> {
  const { seconds = 15 } = options
  const app = await startApp({ env: { CREATOROPS_RATE_LIMIT_PER_MINUTE: '100000' } })
  try {
    const job = await prepare(app)
    // The first requests compile the code and fill the database's caches.
    await runReaders({ ...job, seconds: Math.min(5, seconds) })
    const lines: Line[] = []
    for (const ratePerSecond of [200, 500]) {
      const { result } = await measured(app, { ...job, seconds, ratePerSecond })
      lines.push(...timeLines(`${readers} readers, ${ratePerSecond} reads/s`, result))
    }
    const { result, serverMs, databaseMs } = await measured(app, { ...job, seconds })
    const count = result.timesMs.length
    lines.push(...timeLines(`${readers} readers without a pause`, result))
    lines.push(
      line('API, without a pause: reads per second', count / result.seconds, 'reads/s'),
      line('API, CPU per read: server', serverMs / count, 'ms'),
      line('API, CPU per read: database', databaseMs / count, 'ms'),
      line('API, CPU per read: making the load', result.cpuMs / count, 'ms', 'on the same cores'),
      line('API, size of an answer', result.bytes / count / 1000, 'kB', 'mean'),
    )
    const alone = await runReaders({ ...job, keys: job.keys.slice(0, 1), seconds: Math.min(5, seconds) })
    lines.push(
      ...job.groups.map(({ name }, at) =>
        line(`API, one reader: GET ${name}, p50`, percentile(alone.timesMsByGroup[at]!, 50), 'ms'),
      ),
    )
    return lines
  } finally {
    await app.stop()
  }
}

async function prepare(app: TestApp): Promise<Pick<ReadersJob, 'url' | 'keys' | 'groups'>> {
  const me = (await (await app.api('/me')).json()) as { workspaceId: string }
  const library = await fill(app.home, me.workspaceId)
  const cookie = await signIn(app)
  const keys: string[] = []
  for (let number = 1; number <= readers; number++)
    keys.push(await createKey(app, cookie, `Reader ${number}`))
  return { url: `${app.url}/api/v1`, keys, groups: mixOf(library) }
}

async function fill(home: string, workspaceId: string): Promise<Library> {
  const dataDir = join(home, 'db')
  const { db, close } = openDb(
    socketUrl(await prepareSocketDir(dataDir, await chooseUser(dataDir)), 'creatorops'),
  )
  try {
    const library = await fillLibrary(db, { workspaceId, productions: 40 })
    await db.execute('analyze')
    return library
  } finally {
    await close()
  }
}

/** Every list with its default page of 50, the productions of the home page, who I am, and one thing by its id. */
function mixOf(library: Library): ReadersJob['groups'] {
  const lists = ['/me', '/assets', '/clips', '/drafts', '/runs', '/productions?limit=12']
  const things = Object.entries(library).flatMap(([noun, ids]) =>
    ids.slice(0, 40).map((id) => `/${noun}/${id}`),
  )
  return [...lists.map((path) => ({ name: path, paths: [path] })), { name: 'one by id', paths: things }]
}

/** Keys are made by people only. */
async function signIn(app: TestApp): Promise<string> {
  const answer = await fetch(`${app.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url },
    body: JSON.stringify({ email: app.ownerEmail, password: app.ownerPassword }),
  })
  if (!answer.ok) throw new Error(`signing in was answered with ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
}

async function createKey(app: TestApp, cookie: string, name: string): Promise<string> {
  const answer = await fetch(`${app.url}/api/v1/api-keys`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', origin: app.url },
    body: JSON.stringify({ name, scopes }),
  })
  if (!answer.ok) throw new Error(`a key was answered with ${answer.status}: ${await answer.text()}`)
  return ((await answer.json()) as { key: string }).key
}

async function measured(app: TestApp, job: ReadersJob) {
  const before = await cpuOf(app)
  const result = await runReaders(job)
  const after = await cpuOf(app)
  if (result.failures > 0) throw new Error(`${result.failures} of ${result.timesMs.length} reads failed`)
  return { result, serverMs: after.server - before.server, databaseMs: after.database - before.database }
}

async function cpuOf(app: TestApp): Promise<{ server: number; database: number }> {
  const family = await familyOf(app.pid)
  const sum = (some: typeof family) => some.reduce((total, { cpuMs }) => total + cpuMs, 0)
  return {
    server: sum(family.filter(({ pid }) => pid === app.pid)),
    database: sum(family.filter(({ name }) => name.startsWith('postgres'))),
  }
}

function timeLines(name: string, { timesMs }: ReadersResult): Line[] {
  return [50, 95, 99].map((percent) => {
    const value = percentile(timesMs, percent)
    const judged = percent === 95 ? { target: '< 25 ms', isMet: value < 25 } : {}
    return { what: `API, ${name}: p${percent}`, value, unit: 'ms', ...judged }
  })
}

function line(what: string, value: number, unit: string, note?: string): Line {
  return { what, value, unit, ...(note ? { note } : {}) }
}
