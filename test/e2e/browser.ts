import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const systemNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--mute-audio',
]

/**
 * Starts a headless Chromium: `CREATOROPS_TEST_CHROMIUM`, else the machine's own, else the one that npm brought, which
 * is unpacked once. It takes a fresh profile and leaves none behind. The caller closes it.
 */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env['CREATOROPS_TEST_CHROMIUM'] ?? systemChromium()
  if (own !== undefined) return chromium.launch({ executablePath: own, args: flags })

  const dir = await unpackedChromium()
  const executablePath = join(dir, 'chromium')
  try {
    return await chromium.launch({ executablePath, args: flags })
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('shared libraries')) throw error
    // A bare machine lacks NSS and a few more; the package carries those libraries too.
    const env = {
      ...process.env,
      LD_LIBRARY_PATH: join(dir, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(dir, 'fonts'),
    }
    return chromium.launch({ executablePath, args: flags, env })
  }
}

function systemChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return systemNames.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Not there, or not ours to run: the next candidate may be.
    return false
  }
}

/** The folder with npm's Chromium. Unpacked beside its place and moved there whole, so that two test runs never meet. */
async function unpackedChromium(): Promise<string> {
  const packagePath = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const manifest = join(
    fileURLToPath(new URL('../..', import.meta.url)),
    'node_modules/@sparticuz/chromium/package.json',
  )
  const { version } = createRequire(import.meta.url)(manifest) as { version: string }
  const place = join(tmpdir(), `creatorops-chromium-${version}-${process.getuid?.() ?? 0}`)
  if (existsSync(join(place, 'chromium'))) return place

  const fresh = await mkdtemp(`${place}-`)
  const unpack = `import(${JSON.stringify(packagePath)}).then((chromium) => chromium.default.executablePath())`
  await promisify(execFile)(process.execPath, ['-e', unpack], {
    // Named like this, the package unpacks its own shared libraries as well.
    env: { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
  })
  try {
    await rename(fresh, place)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    // Another run was faster; what it put there is the same.
    if (!existsSync(join(place, 'chromium'))) throw error
  }
  return place
}
