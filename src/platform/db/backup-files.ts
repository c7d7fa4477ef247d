import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readFile, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { hashThrough } from '../files/hash-file.ts'
import { dbErrors } from './errors.ts'

const fileSchema = z.object({ path: z.string(), sizeBytes: z.number(), sha256: z.string() })

/** What a backup holds. Written last: a directory without it is not a backup. */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** `physical`: the files of the data directory. `logical`: the rows of each table as JSON lines. */
  kind: z.enum(['physical', 'logical']),
  createdAt: z.string(),
  majorVersion: z.number(),
  /** Names of what was kept beside the database: the file store, the signing secret. */
  extras: z.array(z.string()),
  /** Directories, so that empty ones come back too. Relative to the backup, like the files. */
  directories: z.array(z.string()),
  files: z.array(fileSchema),
  /** Of a logical backup. */
  migrations: z.record(z.string(), z.string()).default({}),
  rowCounts: z.record(z.string(), z.number()).default({}),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), isCalled: z.boolean() })).default([]),
})

export type Manifest = z.output<typeof manifestSchema>
export type BackupFile = z.output<typeof fileSchema>
export type Copied = Pick<Manifest, 'directories' | 'files'>

/**
 * Copies a file or a directory tree into `<toRoot>/<to>` and takes the SHA-256 on the way. What `isLeftOut` names is
 * left out, and so are sockets and links; a file that vanishes meanwhile is skipped when `mayVanish`.
 */
export async function copyTree(
  from: string,
  {
    toRoot,
    to,
    isLeftOut,
    mayVanish,
  }: {
    toRoot: string
    to: string
    isLeftOut?: (relativePath: string) => boolean
    mayVanish?: boolean
  },
): Promise<Copied> {
  const copied: Copied = { directories: [], files: [] }
  async function visit(path: string): Promise<void> {
    const [source, target] = [join(from, path), join(to, path)]
    const kind = await stat(source)
    if (kind.isDirectory()) {
      await mkdir(join(toRoot, target), { recursive: true, mode: 0o700 })
      copied.directories.push(target)
      for (const entry of await readdir(source, { withFileTypes: true })) {
        const inner = join(path, entry.name)
        if (!isLeftOut?.(inner) && (entry.isDirectory() || entry.isFile())) await visitOr(inner)
      }
    } else copied.files.push({ path: target, ...(await copyFile(source, join(toRoot, target))) })
  }
  async function visitOr(path: string): Promise<void> {
    try {
      await visit(path)
    } catch (error) {
      if (!mayVanish || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  await visit('')
  return copied
}

/** Copies one file, durably, and returns what was copied. */
export async function copyFile(from: string, to: string): Promise<Omit<BackupFile, 'path'>> {
  return writeStream(createReadStream(from), to)
}

/** Writes a stream into a new file, durably, and returns what was written. */
export async function writeStream(source: Readable, to: string): Promise<Omit<BackupFile, 'path'>> {
  const through = hashThrough()
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await pipeline(source, through, createWriteStream(to, { mode: 0o600, flush: true }))
  return { sizeBytes: through.sizeBytes(), sha256: through.sha256() }
}

export async function writeManifest(root: string, manifest: Manifest): Promise<void> {
  const file = await open(join(root, 'manifest.json'), 'wx', 0o600)
  try {
    await file.writeFile(JSON.stringify(manifest, undefined, 1))
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Reads the manifest of a backup. Fails with `db.backupDamaged` when there is none of ours. */
export async function readManifest(root: string): Promise<Manifest> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8')))
  } catch (cause) {
    throw dbErrors.backupDamaged(`${root} has no manifest.json of a backup.`, { cause })
  }
}

/** Brings back the part of a backup below `part`, checking each file against the manifest. */
export async function copyBack(root: string, manifest: Manifest, part: string, to: string): Promise<void> {
  const place = (path: string) => join(to, path.slice(part.length))
  const isPart = (path: string) => path === part || path.startsWith(`${part}/`)
  for (const path of manifest.directories.filter(isPart))
    await mkdir(place(path), { recursive: true, mode: 0o700 })
  for (const file of manifest.files.filter(({ path }) => isPart(path))) {
    const copied = await copyFile(join(root, file.path), place(file.path)).catch((cause: unknown) => {
      throw dbErrors.backupDamaged(`${file.path} of the backup cannot be copied.`, { cause })
    })
    if (copied.sha256 !== file.sha256)
      throw dbErrors.backupDamaged(`${file.path} is not as it was backed up.`)
  }
}

/** Fails with `db.targetNotEmpty` unless the path is free or an empty directory. */
export async function assertFree(path: string): Promise<void> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[]
    if (error.code === 'ENOTDIR') return ['a file']
    throw error
  })
  if (entries.length > 0) throw dbErrors.targetNotEmpty(`${path} is not empty.`, { detail: { path } })
}
