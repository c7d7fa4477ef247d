import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'
import { assetErrors } from './errors.ts'

export type SignDeps = {
  /** The installation's secret; links get a key of their own from it. */
  secret: string
  /** How long links are valid, in seconds. Default one hour. */
  deliverySeconds?: number
  now?: () => Date
}

export type DeliveryTarget =
  | {
      key: string
      /** Shown by the browser and used when saving. */
      filename?: string
      contentType?: string
      /** Save instead of show. */
      asDownload?: boolean
      expiresInS?: number
    }
  /** Everything below a prefix, which ends in a slash: relative addresses in playlists work. */
  | { prefix: string; expiresInS?: number }

/** What a token says, once it is known to be ours. */
export type Grant = {
  key?: string
  prefix?: string
  filename?: string
  contentType?: string
  asDownload?: boolean
  /** Seconds since 1970. */
  expiresAtS: number
}

type Packed = { k?: string; p?: string; n?: string; t?: string; d?: 1; e: number }

/**
 * A link to one stored file, `/d/{token}/{filename}`, or to all files below a prefix, `/d/{token}/`, to which the
 * caller adds the path. It needs no sign-in and cannot be altered. Whoever has it can read until it expires.
 */
export function signDelivery(deps: SignDeps, target: DeliveryTarget): string {
  const expiresAtS = expiryOf(deps, target.expiresInS)
  if ('prefix' in target) {
    if (!target.prefix.endsWith('/')) throw new TypeError('A prefix to deliver must end in a slash')
    return `/d/${seal(deps, { p: target.prefix, e: expiresAtS })}/`
  }
  const { key, filename, contentType, asDownload } = target
  const token = seal(deps, {
    k: key,
    n: filename,
    t: contentType,
    ...(asDownload && { d: 1 }),
    e: expiresAtS,
  })
  return `/d/${token}/${encodeURIComponent(filename ?? 'file')}`
}

/** Fails with `assets.linkInvalid` or `assets.linkExpired`. */
export function readToken(deps: SignDeps, token: string): Grant {
  const [payload = '', signature = ''] = token.split('.')
  const given = Buffer.from(signature, 'base64url')
  const expected = signatureOf(deps, payload)
  // Comparing the texts too: base64url has several spellings of the same bytes.
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected)
  if (!isOurs || token !== `${payload}.${expected.toString('base64url')}`) {
    throw assetErrors.linkInvalid('The link is not one of ours.')
  }
  const packed = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Packed
  if (packed.e * 1000 <= nowMs(deps)) throw assetErrors.linkExpired('The link has expired.')
  return {
    key: packed.k,
    prefix: packed.p,
    filename: packed.n,
    contentType: packed.t,
    asDownload: packed.d === 1,
    expiresAtS: packed.e,
  }
}

// Without a wish the end is on a grid of half the validity, so that the same file keeps its link for a while and
// a player does not start again whenever a page refreshes its data. A link is thus valid for half to all of it.
function expiryOf(deps: SignDeps, expiresInS: number | undefined): number {
  const nowS = nowMs(deps) / 1000
  if (expiresInS !== undefined) return Math.ceil(nowS + expiresInS)
  const validS = deps.deliverySeconds ?? 3600
  const gridS = Math.max(1, Math.floor(validS / 2))
  return Math.floor(nowS / gridS) * gridS + validS
}

// Links of a list stay the same for half their validity (see `expiryOf`), and lists are read again and again.
const sealed = new Map<string, string>()
const mostSealed = 5_000

function seal(deps: SignDeps, packed: Packed): string {
  const text = JSON.stringify(packed)
  const name = `${deps.secret}${text}`
  const known = sealed.get(name)
  if (known !== undefined) return known
  const payload = Buffer.from(text).toString('base64url')
  const token = `${payload}.${signatureOf(deps, payload).toString('base64url')}`
  if (sealed.size >= mostSealed) sealed.clear()
  sealed.set(name, token)
  return token
}

function signatureOf(deps: SignDeps, payload: string): Buffer {
  return createHmac('sha256', keyOf(deps.secret)).update(payload).digest()
}

// Deriving a key costs ten times what signing costs, and a page of a list signs a hundred links. An installation has
// one secret, so this holds one key.
const derivedKeys = new Map<string, KeyObject>()

function keyOf(secret: string): KeyObject {
  const known = derivedKeys.get(secret)
  if (known) return known
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'creatorops delivery 1', 32)))
  derivedKeys.set(secret, key)
  return key
}

function nowMs(deps: SignDeps): number {
  return (deps.now?.() ?? new Date()).getTime()
}
