const scratch = new Uint8Array(1_024)
const encoder = new TextEncoder()

/**
 * MurmurHash3 x86 32-bit (Appleby 2011, public domain) of the UTF-8 bytes of a text, as an unsigned number. Chosen
 * for its even spread of short, similar texts; it is no protection against someone who wants to be in a bucket.
 */
export function murmur3(text: string, seed = 0): number {
  const isShort = text.length * 3 <= scratch.length
  const bytes = isShort ? scratch : encoder.encode(text)
  const length = isShort ? encoder.encodeInto(text, scratch).written : bytes.length
  let hash = seed | 0
  const whole = length & ~3
  for (let at = 0; at < whole; at += 4) {
    const block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    hash ^= scramble(block)
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  let tail = 0
  if (length & 2) tail = bytes[whole]! | (bytes[whole + 1]! << 8)
  if ((length & 3) === 3) tail |= bytes[whole + 2]! << 16
  if ((length & 3) === 1) tail = bytes[whole]!
  if (length & 3) hash ^= scramble(tail)
  hash ^= length
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51)
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
}

/** Buckets are thousandths of a percent. */
export const bucketCount = 100_000

/**
 * The place of a unit in a split, from 0 to 99,999: the same for ever for the same `salt` and `unit`, and unrelated
 * between two salts. Raising a share from 10 % to 20 % keeps everybody who was in.
 */
export function bucketOf(salt: string, unit: string): number {
  return Math.floor((murmur3(`${salt}:${unit}`) / 2 ** 32) * bucketCount)
}
