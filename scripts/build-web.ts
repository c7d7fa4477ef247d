import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/**
 * Builds the Studio into apps/web/out. With `--if-needed` only when its sources differ from those of the last build,
 * and then a machine without the build tools (an install without development packages) is told and left alone.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const web = join(root, 'apps/web')
const stampPath = join(web, 'out', '.build-hash')

const { values: options } = parseArgs({ options: { 'if-needed': { type: 'boolean', default: false } } })
process.exitCode = await buildWeb(options['if-needed'])

async function buildWeb(onlyIfNeeded: boolean): Promise<number> {
  if (!existsSync(join(web, 'package.json'))) return 0
  const hash = await sourceHash()
  if (onlyIfNeeded && (await builtHash()) === hash) return 0

  const next = findNext()
  if (next === undefined) {
    const message =
      'The Studio is not built: its build tools are not installed. Run "npm install", then "npm run prepare".'
    console.error(message)
    return onlyIfNeeded ? 0 : 1
  }
  console.error('Building the Studio…')
  const startedAt = performance.now()
  const output: string[] = []
  const exitCode = await run(next, output)
  if (exitCode !== 0) {
    console.error(output.join(''))
    console.error('The Studio could not be built; what next said is above.')
    return 1
  }
  await mkdir(join(web, 'out'), { recursive: true })
  await writeFile(stampPath, hash)
  console.error(`Built the Studio in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`)
  return 0
}

function findNext(): string | undefined {
  const fromWeb = createRequire(join(web, 'package.json'))
  try {
    // All that a build needs; development packages can be missing one by one.
    for (const name of ['@tailwindcss/postcss', 'tailwindcss', 'typescript', 'react-dom'])
      fromWeb.resolve(name)
    return fromWeb.resolve('next/dist/bin/next')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

async function run(next: string, output: string[]): Promise<number> {
  // A half-written export must never be served as a whole one.
  await rm(stampPath, { force: true })
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: web,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', CI: '1' },
  })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** Everything the build reads that can change: the web app's own files and the versions of its packages. */
async function sourceHash(): Promise<string> {
  const hash = createHash('sha256')
  const entries = await readdir(web, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /^(?:src|public)\/|^[^/]+\.(?:ts|mjs|json)$/.test(path.slice(web.length + 1)))
    .filter((path) => !path.endsWith('next-env.d.ts'))
    .sort()
  for (const path of [...files, join(root, 'package-lock.json')]) {
    hash.update(path.slice(root.length)).update('\0')
    if (existsSync(path)) hash.update(await readFile(path))
    hash.update('\0')
  }
  return hash.digest('hex')
}

async function builtHash(): Promise<string | undefined> {
  if (!existsSync(join(web, 'out', 'index.html')) || !existsSync(stampPath)) return undefined
  return readFile(stampPath, 'utf8')
}
