import { createWriteStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { and, eq } from 'drizzle-orm'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { withWorkDir } from '../../platform/files/index.ts'
import { contentTypeOf, type ObjectStorage } from '../../providers/storage/index.ts'
import type { AssetDeps } from './asset-deps.ts'
import type { AssetRow } from './asset.ts'
import { assetErrors } from './errors.ts'
import { confirmStored, intendStore } from './removals.ts'
import { assetDerived, assets } from './schema.ts'

/** Files of a package on their way at once. */
const parallelFiles = 6

export type AssetRef = {
  assetId: string
  /** Limits the search to the actor's workspace. Steps of workflows that were given the id may leave it away. */
  actor?: Pick<Actor, 'workspaceId'>
}

/**
 * Runs `fn` with a path to the asset's bytes: the stored file itself where there is one on this machine, otherwise a
 * copy that is removed afterwards. The file must only be read. Deleted assets that are still referred to work too.
 */
export async function withAssetFile<T>(
  deps: Pick<AssetDeps, 'db' | 'storage' | 'home'>,
  ref: AssetRef & { signal?: AbortSignal },
  fn: (path: string) => Promise<T>,
): Promise<T> {
  const { storageKey } = await rowOf(deps.db, ref)
  if (deps.storage.localPath(storageKey))
    return fn(await localCopy(deps.storage, storageKey, deps.home, ref.signal))
  return withWorkDir(deps.home, ref.assetId, async (workDir) =>
    fn(await localCopy(deps.storage, storageKey, workDir, ref.signal)),
  )
}

/** A path on this machine with the bytes of a key: the stored file, or a copy in `workDir`. */
export async function localCopy(
  storage: ObjectStorage,
  key: string,
  workDir: string,
  signal?: AbortSignal,
): Promise<string> {
  const stored = storage.localPath(key)
  if (stored) {
    if (!(await storage.head(key))) throw assetErrors.notFound('The bytes of this file are no longer stored.')
    return stored
  }
  const path = join(workDir, key.replaceAll('/', '_'))
  const { body } = await storage.get(key, { signal })
  await pipeline(body, createWriteStream(path), { signal })
  return path
}

export type Derived = AssetRef & {
  /** `hls`, `analysis`, … */
  kind: string
  /** Of the options and versions that it was made with. */
  hash: string
}

/** The prefix of a finished folder made from an asset, or undefined. */
export async function hasDerived(deps: { db: Db }, input: Derived): Promise<{ prefix: string } | undefined> {
  const [row] = await deps.db
    .select({ prefix: assetDerived.prefix, workspaceId: assets.workspaceId })
    .from(assetDerived)
    .innerJoin(assets, eq(assets.id, assetDerived.assetId))
    .where(
      and(
        eq(assetDerived.assetId, input.assetId),
        eq(assetDerived.kind, input.kind),
        eq(assetDerived.hash, input.hash),
        input.actor ? eq(assets.workspaceId, input.actor.workspaceId) : undefined,
      ),
    )
  return row && { prefix: row.prefix }
}

/**
 * Stores all files of a folder that was made from an asset, below one prefix. Known only when the last file is
 * there. Repeating it gives the same prefix; it goes when the asset goes.
 */
export async function storeDerivedDir(
  deps: Pick<AssetDeps, 'db' | 'storage' | 'now'>,
  input: Derived & { dir: string; signal?: AbortSignal },
): Promise<{ prefix: string }> {
  const { dir, signal } = input
  await rowOf(deps.db, input)
  const existing = await hasDerived(deps, input)
  if (existing) return existing

  const { prefix } = await intendDerived(deps, input)
  const names = await filesIn(dir)
  let sizeBytes = 0
  const storeNext = async (): Promise<void> => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const path = join(dir, name)
      sizeBytes += (await stat(path)).size
      await deps.storage.put(prefix + name, path, { contentType: contentTypeOf(name), signal })
    }
  }
  await Promise.all(Array.from({ length: parallelFiles }, storeNext))
  await confirmDerived(deps, { ...input, sizeBytes })
  return { prefix }
}

/** The prefix for a folder that somebody else writes, such as a service; swept unless it is confirmed. */
export async function intendDerived(
  deps: Pick<AssetDeps, 'db' | 'now'>,
  input: Derived,
): Promise<{ prefix: string }> {
  const { id } = await rowOf(deps.db, input)
  const prefix = `derived/${id}/${input.kind}/${input.hash}/`
  await intendStore(deps.db, prefix, deps.now?.() ?? new Date())
  return { prefix }
}

/** Makes a written folder known: from here on it stays as long as its asset. */
export async function confirmDerived(
  deps: Pick<AssetDeps, 'db' | 'now'>,
  input: Derived & { sizeBytes: number },
): Promise<void> {
  const { assetId, kind, hash, sizeBytes } = input
  const prefix = `derived/${assetId}/${kind}/${hash}/`
  await deps.db.transaction(async (tx) => {
    // The asset may have been deleted meanwhile; then the intent stays and the sweep removes the folder.
    await rowOf(tx, input, { forUpdate: true })
    await confirmStored(tx, prefix)
    await tx
      .insert(assetDerived)
      .values({ assetId, kind, hash, prefix, sizeBytes, createdAt: deps.now?.() ?? new Date() })
      .onConflictDoNothing()
  })
}

/** The key under which an asset's bytes are stored, for services that read the bucket themselves. */
export async function storageKeyOf(deps: { db: Db }, ref: AssetRef): Promise<string> {
  return (await rowOf(deps.db, ref)).storageKey
}

async function filesIn(dir: string): Promise<string[]> {
  const root = resolve(dir)
  const entries = await readdir(root, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replace(/^\/+/, ''))
}

async function rowOf(db: Db, ref: AssetRef, options: { forUpdate?: boolean } = {}): Promise<AssetRow> {
  const query = db
    .select()
    .from(assets)
    .where(
      and(eq(assets.id, ref.assetId), ref.actor ? eq(assets.workspaceId, ref.actor.workspaceId) : undefined),
    )
  const [row] = await (options.forUpdate ? query.for('update') : query)
  if (!row) throw assetErrors.notFound('This file does not exist.', { detail: { assetId: ref.assetId } })
  return row
}
