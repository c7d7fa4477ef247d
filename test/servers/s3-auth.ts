import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { S3Failure } from './s3-state.ts'

export type Credentials = { accessKeyId: string; secretAccessKey: string }

const maxSkewMs = 15 * 60_000

/** Verifies Signature Version 4, in the Authorization header or in a presigned URL, as S3 does. */
export function verifySignature(req: IncomingMessage, url: URL, credentials: Credentials): void {
  const isPresigned = url.searchParams.has('X-Amz-Signature')
  const claim = isPresigned ? claimOfUrl(url) : claimOfHeader(req)
  const [accessKeyId = '', day = '', region = '', service = ''] = claim.scope.split('/')
  if (accessKeyId !== credentials.accessKeyId) {
    throw new S3Failure(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    )
  }
  const signedAtMs = dateOf(claim.date)
  if (isPresigned) {
    if (Date.now() > signedAtMs + claim.expiresS * 1000)
      throw new S3Failure(403, 'AccessDenied', 'Request has expired')
  } else if (Math.abs(Date.now() - signedAtMs) > maxSkewMs) {
    throw new S3Failure(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and now is too large.',
    )
  }
  if (!claim.signedHeaders.includes('host'))
    throw new S3Failure(403, 'SignatureDoesNotMatch', 'host must be signed')
  const canonical = canonicalRequest(req, url, claim.signedHeaders, isPresigned)
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    claim.date,
    [day, region, service, 'aws4_request'].join('/'),
    sha256(canonical),
  ]
  let key: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`)
  for (const step of [day, region, service, 'aws4_request']) key = hmac(key, step)
  const expected = hmac(key, stringToSign.join('\n'))
  const given = Buffer.from(claim.signature, 'hex')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new S3Failure(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.')
  }
}

type Claim = { scope: string; date: string; signedHeaders: string[]; signature: string; expiresS: number }

function claimOfUrl(url: URL): Claim {
  const query = (name: string) => url.searchParams.get(name) ?? ''
  const expiresS = Number(query('X-Amz-Expires'))
  if (!(expiresS > 0 && expiresS <= 604_800)) throw new S3Failure(400, 'AuthorizationQueryParametersError')
  return {
    scope: query('X-Amz-Credential'),
    date: query('X-Amz-Date'),
    signedHeaders: query('X-Amz-SignedHeaders').split(';'),
    signature: query('X-Amz-Signature'),
    expiresS,
  }
}

function claimOfHeader(req: IncomingMessage): Claim {
  const header = req.headers.authorization ?? ''
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)$/.exec(header)
  if (!found) throw new S3Failure(403, 'AccessDenied', 'Anonymous requests are not allowed here.')
  const [, scope = '', signedHeaders = '', signature = ''] = found
  const date = String(req.headers['x-amz-date'] ?? '')
  return { scope, date, signedHeaders: signedHeaders.split(';'), signature, expiresS: 0 }
}

function canonicalRequest(
  req: IncomingMessage,
  url: URL,
  signedHeaders: string[],
  isPresigned: boolean,
): string {
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const path = url.pathname
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/')
  const headers = signedHeaders.map(
    (name) =>
      `${name}:${String(req.headers[name] ?? '')
        .trim()
        .replace(/\s+/g, ' ')}\n`,
  )
  const payload = String(req.headers['x-amz-content-sha256'] ?? (isPresigned ? 'UNSIGNED-PAYLOAD' : ''))
  return [req.method, path, query, headers.join(''), signedHeaders.join(';'), payload].join('\n')
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** RFC 3986 encoding, which is stricter than encodeURIComponent. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function dateOf(text: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!found) throw new S3Failure(403, 'AccessDenied', 'The date of the signature is missing or malformed.')
  const [, year, month, day, hour, minute, second] = found.map(Number)
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)
}
