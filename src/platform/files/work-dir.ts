import { mkdir, mkdtemp, readdir, rm, utimes, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder that is still in use has its time refreshed this often, so that cleaning spares it. */
const refreshMs = 60_000

/**
 * Runs `fn` with an empty folder below `<home>/work` and removes the folder afterwards, also after a failure.
 * `name` is for people who look into the folder while it exists; anything but letters, digits and dashes is dropped.
 */
export async function withWorkDir<T>(
  home: string,
  name: string,
  fn: (dir: string) => Promise<T>,
): Promise<T> {
  const root = join(home, 'work')
  await mkdir(root, { recursive: true })
  const dir = await mkdtemp(join(root, `${name.replace(/[^A-Za-z0-9-]+/g, '-').slice(0, 40) || 'work'}-`))
  const keepAlive = setInterval(() => {
    const now = new Date()
    utimes(dir, now, now).catch(() => clearInterval(keepAlive))
  }, refreshMs)
  keepAlive.unref()
  try {
    return await fn(dir)
  } finally {
    clearInterval(keepAlive)
    await rm(dir, { recursive: true, force: true })
  }
}

/**
 * Removes work folders that a killed process left behind: those whose time was not refreshed for `olderThanMs`
 * (default one hour, far above the refresh interval, so that another live process keeps its own).
 * Returns how many were removed.
 */
export async function cleanWorkDirs(
  home: string,
  olderThanMs = 3_600_000,
  nowMs = Date.now(),
): Promise<number> {
  const root = join(home, 'work')
  let removed = 0
  for (const name of await readdir(root).catch(() => [])) {
    const path = join(root, name)
    const found = await stat(path).catch(() => undefined)
    if (!found || nowMs - found.mtimeMs < olderThanMs) continue
    // The media child of a killed process may write for a moment longer.
    await rm(path, { recursive: true, force: true, maxRetries: 5 })
    removed++
  }
  return removed
}
