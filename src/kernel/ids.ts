import { randomBytes } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ' // Crockford base 32, as ULID uses it

/**
 * A new id that carries its kind and sorts by time: `clip_01J…` (48 bits of milliseconds, 80 random bits).
 */
export function newId(kind: string, nowMs: number = Date.now()): string {
  let time = ''
  let rest = nowMs
  for (let index = 0; index < 10; index++) {
    time = alphabet.charAt(rest % 32) + time
    rest = Math.floor(rest / 32)
  }
  let random = ''
  for (const byte of randomBytes(16)) random += alphabet.charAt(byte & 31)
  return `${kind}_${time}${random}`
}

/** Whether a text has the shape of an id of this kind. */
export function isId(kind: string, text: string): boolean {
  return new RegExp(`^${kind}_[0-9A-HJKMNP-TV-Z]{26}$`).test(text)
}
