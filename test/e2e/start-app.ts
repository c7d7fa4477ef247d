import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const root = resolve(import.meta.dirname, '../..')

export type TestApp = {
  url: string
  home: string
  ownerEmail: string
  ownerPassword: string
  /** Key of the owner, as the command line on the same machine uses it. */
  apiKey: string
  pid: number
  /** `fetch` on the API as the owner; `path` starts with `/`. */
  api(path: string, init?: RequestInit): Promise<Response>
  /** Ends the process in order; the data directory stays for `restart`. */
  shutDown(signal?: NodeJS.Signals): Promise<void>
  /** The same data directory again. */
  restart(): Promise<TestApp>
  /** Ends everything and removes the data directory. */
  stop(): Promise<void>
}

export type StartAppOptions = { home?: string; env?: Record<string, string> }

const ownerEmail = 'owner@example.com'
const ownerPassword = 'correct horse battery staple'

/** Starts the product as `npm start` does, as a process of its own on free ports and a data directory of its own. */
export async function startApp(options: StartAppOptions = {}): Promise<TestApp> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'creatorops-e2e-')))
  const child = spawn(join(root, 'bin/creatorops'), ['up', '--json'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      CREATOROPS_HOME: home,
      CREATOROPS_PORT: '0',
      CREATOROPS_ENGINE_PORT: '0',
      CREATOROPS_WORKER_PORT: '0',
      CREATOROPS_OWNER_EMAIL: ownerEmail,
      CREATOROPS_OWNER_PASSWORD: ownerPassword,
      CREATOROPS_RATE_LIMIT_PER_MINUTE: '100000',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line))
  await waitUntilReady(child, said)
  const { url, apiKey } = JSON.parse(await readFile(join(home, 'local.json'), 'utf8')) as {
    url: string
    apiKey: string
  }

  const app: TestApp = {
    url,
    home,
    ownerEmail,
    ownerPassword,
    apiKey,
    pid: child.pid!,
    api: (path, init = {}) =>
      fetch(`${url}/api/v1${path}`, {
        ...init,
        headers: { authorization: `Bearer ${apiKey}`, ...(init.headers as Record<string, string>) },
      }),
    async shutDown(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
    restart: () => startApp({ ...options, home }),
    async stop() {
      await app.shutDown()
      await rm(home, { recursive: true, force: true })
    },
  }
  return app
}

/** The one JSON document on standard output is the sign; an exit before it is a failure with all that was said. */
async function waitUntilReady(child: ChildProcess, said: string[]): Promise<void> {
  const { promise, resolve: ready, reject } = Promise.withResolvers<void>()
  let text = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    text += chunk
    if (text.includes('}')) ready()
  })
  child.once('exit', (code) =>
    reject(new Error(`the product ended with ${code} before it was ready:\n${said.join('\n')}`)),
  )
  const timer = setTimeout(
    () => reject(new Error(`the product was not ready in 90 s:\n${said.join('\n')}`)),
    90_000,
  )
  try {
    await promise
  } finally {
    clearTimeout(timer)
  }
}
