import { existsSync, rmSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { createLog } from '../log/log.ts'
import { withDatabase } from './database-url.ts'
import { startEmbeddedPostgres } from './embedded.ts'
import { migrate } from './migrate.ts'
import { findServer, isAlive } from './running-server.ts'

/** A server for one test run with a migrated database that others are copied from. */
export type TestServer = {
  /** A database to connect to for creating and dropping others. */
  adminUrl: string
  /** Name of the migrated database. Nobody may be connected to it while it is copied. */
  template: string
  stop(): Promise<void>
  /** For the `exit` event, where nothing can be waited for. */
  stopNow(): void
}

/** Names the parent's server to a child: `scripts/test.ts` starts one for all. */
export const serverVariable = 'CREATOROPS_TEST_DB_URL'
export const templateVariable = 'CREATOROPS_TEST_DB_TEMPLATE'

const dirPrefix = 'creatorops-test-'

/**
 * The server that this run was given by `scripts/test.ts`; else the one in TEST_DATABASE_URL, whose user must be
 * allowed to create databases; else a new embedded one without disk syncs, in the temporary directory.
 */
export async function openTestServer(env: NodeJS.ProcessEnv = process.env): Promise<TestServer> {
  const [given, template] = [env[serverVariable], env[templateVariable]]
  if (given && template) {
    return { adminUrl: given, template, stop: async () => undefined, stopNow: () => undefined }
  }
  return env['TEST_DATABASE_URL'] ? reachServer(env['TEST_DATABASE_URL']) : startServer()
}

async function reachServer(url: string): Promise<TestServer> {
  const template = `creatorops_test_${process.pid}_${Date.now().toString(36)}`
  await makeTemplate(url, template)
  const stop = () => inDatabase(url, (client) => dropDatabases(client, template))
  return { adminUrl: url, template, stop, stopNow: () => undefined }
}

async function dropDatabases(client: Client, prefix: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1)',
    [prefix],
  )
  for (const { name } of rows) await client.query(`drop database if exists ${name} with (force)`)
}

async function startServer(): Promise<TestServer> {
  await sweepLeftovers()
  const dir = await mkdtemp(join(tmpdir(), `${dirPrefix}${process.pid}-`))
  const dataDir = join(dir, 'db')
  const server = await startEmbeddedPostgres({
    dataDir,
    log: quietLog(),
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      wal_level: 'minimal',
      max_wal_senders: '0',
      max_connections: '300',
    },
  })
  const template = 'creatorops_template'
  await makeTemplate(server.url, template)
  return {
    adminUrl: server.url,
    template,
    async stop() {
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
    stopNow() {
      if (isAlive(server.pid)) process.kill(server.pid, 'SIGQUIT')
      const lock = join(dataDir, 'postmaster.pid')
      const idle = new Int32Array(new SharedArrayBuffer(4))
      for (let tries = 0; tries < 400 && existsSync(lock); tries++) Atomics.wait(idle, 0, 0, 5)
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

async function makeTemplate(adminUrl: string, template: string): Promise<void> {
  await inDatabase(adminUrl, (client) => client.query(`create database ${template}`))
  await migrate(withDatabase(adminUrl, template), quietLog())
}

/** Runs something in a connection of its own. */
export async function inDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Ends and removes the servers of test runs that were killed. */
async function sweepLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = /^creatorops-test-(\d+)-/.exec(name)?.[1]
    if (!owner || isAlive(Number(owner))) continue
    const dir = join(tmpdir(), name)
    const running = await findServer(join(dir, 'db'))
    for (const pid of running?.processes ?? []) if (isAlive(pid)) process.kill(pid, 'SIGQUIT')
    await rm(dir, { recursive: true, force: true, maxRetries: 3 })
  }
}

function quietLog() {
  return createLog({ level: 'error' })
}
