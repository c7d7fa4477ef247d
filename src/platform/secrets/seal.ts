import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/**
 * Encrypts a text for the database with a key made from the installation's secret: AES-256-GCM, as
 * `v1.<nonce>.<tag>.<text>`. `context` says what it is and whose; it opens only with the same one, so that a sealed
 * text cannot be moved to another row.
 */
export function seal(secret: string, context: string, text: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyFrom(secret), nonce).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return ['v1', ...[nonce, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.')
}

/** Opens a sealed text; undefined when the secret or the context is another, or it was changed. */
export function unseal(secret: string, context: string, sealed: string): string | undefined {
  const [version, ...parts] = sealed.split('.')
  const [nonce, tag, text] = parts.map((part) => Buffer.from(part, 'base64url'))
  if (version !== 'v1' || nonce?.length !== 12 || tag?.length !== 16 || !text) return undefined
  try {
    const options = { authTagLength: 16 }
    const decipher = createDecipheriv('aes-256-gcm', keyFrom(secret), nonce, options)
    decipher.setAAD(Buffer.from(context)).setAuthTag(tag)
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
  } catch {
    // The only failure there is: it does not authenticate.
    return undefined
  }
}

function keyFrom(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'creatorops', 'sealed texts v1', 32))
}
