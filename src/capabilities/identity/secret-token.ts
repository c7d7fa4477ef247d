import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits as text without special signs in addresses. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** How a secret is stored. A plain hash is enough for secrets of 256 random bits; passwords use scrypt. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Whether a secret has this hash, in constant time. */
export function matchesHash(secret: string, hash: string): boolean {
  const given = Buffer.from(hashSecret(secret), 'hex')
  const stored = Buffer.from(hash, 'hex')
  return given.length === stored.length && timingSafeEqual(given, stored)
}
