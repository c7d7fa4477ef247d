import { z } from '@hono/zod-openapi'
import { type Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { checkUrl } from '../../platform/fetch/safe-fetch.ts'
import { findPackage } from '../media/index.ts'
import { clipErrors } from './errors.ts'
import { isListed } from './hls/locate.ts'
import type { PlaceJob } from './hls/place.ts'

export const variantSchema = z
  .string()
  .regex(/^(best|smallest|\d{2,4})$/)
  .openapi({ description: 'Variant of a playlist: best (default), smallest or a height such as 720.' })

/** Where a clip is cut from when it is not the file of the asset itself. */
export const clipSourceSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('url'), url: z.url().max(4_000), variant: variantSchema.optional() })
      .openapi({ description: 'An HLS playlist on a server.' }),
    z
      .strictObject({
        kind: z.literal('stored'),
        path: z.string().min(1).max(500),
        variant: variantSchema.optional(),
      })
      .openapi({ description: 'An HLS playlist in the object store, below `programmes/<workspace>/`.' }),
    z
      .strictObject({ kind: z.literal('package'), variant: variantSchema.optional() })
      .openapi({ description: 'The streaming package of the asset.' }),
  ])
  .openapi('ClipSource')
export type ClipSource = z.infer<typeof clipSourceSchema>

export type SourceDeps = {
  db: Db
  /** `CREATOROPS_FETCH_ALLOW`. */
  fetchAllow?: readonly string[]
  /** `CREATOROPS_CLIP_HOSTS`. */
  clipHosts?: readonly string[]
}

/** What a person calls a source: the last name in it that says something. */
export function nameOfSource(source: ClipSource): string {
  if (source.kind === 'package') return 'Package'
  const parts = (source.kind === 'url' ? new URL(source.url).pathname : source.path)
    .split('/')
    .filter(Boolean)
  const file = (parts.at(-1) ?? 'Programme').replace(/\.m3u8?$/i, '')
  const isPlain = /^(index|master|playlist|main)$/i.test(file)
  return ((isPlain ? parts.at(-2) : file) ?? file).slice(0, 200)
}

/** The name of a source in the keys of what is cut from it: letters, digits and dashes. */
export function slugOfSource(assetId: string | null, source: ClipSource | null): string {
  if (assetId) return assetId
  const name = source ? nameOfSource(source).toLowerCase() : 'source'
  return (
    name
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 80) || 'source'
  )
}

/**
 * Refuses a clip that names neither or both, or an address that must not be fetched; asks nobody.
 * Fails with `clips.badSource`, `fetch.badUrl` or `fetch.refused`.
 */
export function assertSource(
  deps: Omit<SourceDeps, 'db'>,
  input: { assetId?: string | null; source?: ClipSource | null },
): void {
  const { assetId, source } = input
  if (!source && !assetId) throw clipErrors.badSource('Name an asset or a playlist.')
  if (!source) return
  const needsAsset = source.kind === 'package'
  if (needsAsset !== Boolean(assetId)) {
    throw clipErrors.badSource(
      needsAsset ? 'Name the asset whose package is meant.' : 'Name either an asset or a playlist, not both.',
    )
  }
  if (source.kind !== 'url') return
  assertAddress({ url: source.url, allow: deps.fetchAllow ?? [], hosts: deps.clipHosts ?? [] })
}

/** Refuses an address that must not be fetched, or whose host is not listed; asks nobody. */
export function assertAddress(place: {
  url: string
  allow: readonly string[]
  hosts: readonly string[]
}): void {
  const { hostname } = new URL(checkUrl(place.url, place.allow))
  if (!isListed(hostname, place.hosts)) {
    throw clipErrors.badSource(`Clips are not cut from ${hostname} here.`)
  }
}

/** Where the playlist of a source is. Fails with `clips.noPackage` when the asset has none. */
export async function placeOf(
  deps: SourceDeps,
  input: { actor: Pick<Actor, 'workspaceId'>; assetId: string | null; source: ClipSource },
): Promise<Exclude<PlaceJob, { kind: 'folder' }>> {
  const { source, actor, assetId } = input
  const { fetchAllow = [], clipHosts = [] } = deps
  if (source.kind === 'url') return { kind: 'url', url: source.url, allow: fetchAllow, hosts: clipHosts }
  if (source.kind === 'stored') return { kind: 'stored', key: storedKey(actor.workspaceId, source.path) }
  const made = await findPackage(deps, { workspaceId: actor.workspaceId, assetId: assetId! })
  if (!made) throw clipErrors.noPackage('This asset has no streaming package.', { detail: { assetId } })
  return { kind: 'stored', key: made.prefix + made.package.hls }
}

/** Playlists that other programs put into the object store lie in a folder for each workspace. */
function storedKey(workspaceId: string, path: string): string {
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part.startsWith('.'))) {
    throw clipErrors.badSource(`"${path.slice(0, 200)}" is no path of a stored playlist.`)
  }
  return `programmes/${workspaceId}/${path}`
}
