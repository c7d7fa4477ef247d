import { Readable } from 'node:stream'
import { Hono } from 'hono'
import { contentDisposition } from '../../platform/http/content-disposition.ts'
import type { HttpContext, HttpEnv } from '../../platform/http/http-env.ts'
import {
  contentTypeOf,
  type ObjectStorage,
  storageErrors,
  type StoredObject,
} from '../../providers/storage/index.ts'
import { assetErrors } from './errors.ts'
import { matchesAny, parseRange } from './http-range.ts'
import { type Grant, readToken, type SignDeps } from './sign-delivery.ts'

export type DeliveryDeps = SignDeps & { storage: ObjectStorage }

/** Types that a browser may show by itself. Everything else is saved, so that nothing of a stranger's runs here. */
const shown =
  /^(video|audio|image)\/(?!svg)|^application\/(pdf|json|vnd\.apple\.mpegurl|dash\+xml)$|^text\/(vtt|plain)/

/**
 * `/d/{token}/{path}`: stored bytes by signed link, with ranges and tags. To be mounted at the root, outside the
 * API: the token is the permission.
 */
export function deliveryRoutes(deps: DeliveryDeps): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get('/d/:token/:path{.*}', async (c) => {
    const grant = readToken(deps, c.req.param('token'))
    const { key, name, contentType } = targetOf(grant, pathOf(c))
    const found = await deps.storage.head(key)
    if (!found) throw storageErrors.missing('This file is no longer stored.')
    return answer(c, deps, { found, grant, name, contentType: contentType ?? found.contentType })
  })
}

type Delivery = { found: StoredObject; grant: Grant; name: string; contentType: string }

async function answer(c: HttpContext, deps: DeliveryDeps, delivery: Delivery): Promise<Response> {
  const { found, grant } = delivery
  const { etag, sizeBytes } = found
  const remainingS = Math.floor(grant.expiresAtS - (deps.now?.() ?? new Date()).getTime() / 1000)
  const headers = {
    etag,
    'accept-ranges': 'bytes',
    'cache-control': `private, max-age=${Math.max(0, remainingS)}`,
    'content-type': delivery.contentType,
    'content-disposition': dispositionOf(delivery),
    'x-content-type-options': 'nosniff',
  }
  if (matchesAny(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers)

  // A changed file must not be glued to the part that the caller has.
  const ifRange = c.req.header('if-range')
  const isSame = ifRange === undefined || ifRange.trim() === etag
  const range = isSame ? parseRange(c.req.header('range'), sizeBytes) : undefined
  if (range === 'outside') {
    c.header('content-range', `bytes */${sizeBytes}`)
    throw storageErrors.badRange(`The file has ${sizeBytes} bytes.`, { detail: { sizeBytes } })
  }
  const length = range ? range.endInclusive - range.start + 1 : sizeBytes
  const sized = {
    ...headers,
    'content-length': String(length),
    ...(range && { 'content-range': `bytes ${range.start}-${range.endInclusive}/${sizeBytes}` }),
  }
  const status = range ? 206 : 200
  if (c.req.method === 'HEAD' || length === 0) return c.body(null, status, sized)
  const { body } = await deps.storage.get(found.key, { range })
  return c.body(Readable.toWeb(body) as ReadableStream, status, sized)
}

/** The key that a link with this path reads. The path of a single file is only its name, but must not be another. */
function targetOf(grant: Grant, path: string): { key: string; name: string; contentType?: string } {
  if (grant.key !== undefined) {
    const { filename, contentType } = grant
    if (path !== (filename ?? 'file')) throw assetErrors.linkInvalid('The link is for another file.')
    return { key: grant.key, name: path, contentType }
  }
  const isPlain = path
    .split('/')
    .every((part) => part !== '' && !part.startsWith('.') && !part.includes('\\'))
  if (!isPlain || grant.prefix === undefined) throw assetErrors.linkInvalid('The link leads nowhere.')
  return {
    key: grant.prefix + path,
    name: path.slice(path.lastIndexOf('/') + 1),
    contentType: contentTypeOf(path),
  }
}

// From the raw address: decoded once and only once, so that %252e stays what it is.
function pathOf(c: HttpContext): string {
  const raw = new URL(c.req.url).pathname.split('/').slice(3).join('/')
  try {
    return decodeURIComponent(raw)
  } catch (cause) {
    throw assetErrors.linkInvalid('The link cannot be read.', { cause })
  }
}

function dispositionOf({ grant, name, contentType }: Delivery): string {
  const isInline = !grant.asDownload && shown.test(contentType)
  return contentDisposition(isInline ? 'inline' : 'attachment', name)
}
