import { rm, stat } from 'node:fs/promises'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { sha256File } from '../../platform/files/index.ts'
import { contentTypeOf } from '../../providers/storage/index.ts'
import type { AssetDeps } from './asset-deps.ts'
import { cleanAssetName } from './asset-name.ts'
import { type Asset, type AssetKind, toAsset } from './asset.ts'
import { assertRoom } from './quota.ts'
import { findByContent, registerAsset } from './register-asset.ts'
import { intendStore, queueRemoval } from './removals.ts'

export type CreateAssetFromFile = {
  actor: Actor
  /** A finished file on this machine. */
  path: string
  name: string
  /** Default: by the ending of the name. */
  contentType?: string
  kind: AssetKind
  /** The file may be moved into the storage instead of copied; it is gone afterwards in any case. */
  move?: boolean
  /** Folder of the key, with a slash at its end. Default: `assets/<workspace>/`. */
  keyPrefix?: string
  signal?: AbortSignal
}

/**
 * Stores a file of this machine as an asset. The same content a second time gives the asset that exists, so a
 * repeated step makes nothing twice. Fails with `assets.overQuota` before anything is stored.
 */
export async function createAssetFromFile(
  deps: Omit<AssetDeps, 'home' | 'log'>,
  input: CreateAssetFromFile,
): Promise<Asset & { isDuplicate: boolean }> {
  const { actor, path, kind, move } = input
  assertMay(actor, 'assets.write')
  const name = cleanAssetName(input.name)
  const contentType = input.contentType ?? contentTypeOf(name)
  const { size: sizeBytes } = await stat(path)
  const sha256 = await sha256File(path, { signal: input.signal })

  const existing = await findByContent(deps.db, actor.workspaceId, sha256)
  if (existing) {
    if (move) await rm(path, { force: true })
    return { ...toAsset(deps, existing), isDuplicate: true }
  }
  await assertRoom(deps, actor.workspaceId, sizeBytes)

  const now = deps.now?.() ?? new Date()
  // Named by content, so that an interrupted store of the same file continues instead of beginning again.
  const storageKey = `${input.keyPrefix ?? `assets/${actor.workspaceId}/`}${sha256}`
  await intendStore(deps.db, storageKey, now)
  await deps.storage.put(storageKey, path, { contentType, sha256, move, signal: input.signal })
  const { row, isDuplicate } = await deps.db.transaction(async (tx) => {
    const added = await registerAsset(tx, {
      actor,
      name,
      kind,
      contentType,
      sizeBytes,
      sha256,
      storageKey,
      now,
    })
    // An upload of the same content was faster and has its bytes under its own key.
    if (added.isDuplicate) await queueRemoval(tx, storageKey, now)
    return added
  })
  return { ...toAsset(deps, row), isDuplicate }
}
