import { createHmac, timingSafeEqual } from 'node:crypto'

/** How old a signature may be when it is checked, in seconds. Receivers are told to refuse older ones. */
export const toleranceSeconds = 300

/**
 * The value of `X-CreatorOps-Signature`: `t=<seconds since 1970>,v1=<hex>`, where v1 is the HMAC-SHA256 of
 * `<t>.<body>` under the webhook's secret. The time is inside, so that an old delivery cannot be sent again by others.
 */
export function signatureOf(secret: string, body: string, atSeconds: number): string {
  return `t=${atSeconds},v1=${digest(secret, body, atSeconds)}`
}

/** What a receiver does: whether the signature is right and not older than the tolerance. */
export function isSigned(secret: string, body: string, signature: string, nowSeconds: number): boolean {
  const [, time, sent] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature) ?? []
  if (!time || !sent || Math.abs(nowSeconds - Number(time)) > toleranceSeconds) return false
  return timingSafeEqual(Buffer.from(sent), Buffer.from(digest(secret, body, Number(time))))
}

function digest(secret: string, body: string, atSeconds: number): string {
  return createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex')
}
