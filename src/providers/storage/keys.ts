import { storageErrors } from './errors.ts'

// S3 allows 1,024 bytes in all; the rest is room for the bucket prefix. File systems allow 255 bytes a name.
const maxKeyBytes = 900
const maxSegmentBytes = 200

/**
 * Refuses a key that could leave the store or that one of the vendors cannot hold.
 * Letters of any script are fine.
 */
export function assertKey(key: string): void {
  const because = badKeyBecause(key)
  if (because)
    throw storageErrors.badKey(`This key cannot be used: ${because}.`, { detail: { key: key.slice(0, 200) } })
}

/** Like `assertKey`, for a prefix: empty, or ending in a slash or in the middle of a name. */
export function assertPrefix(prefix: string): void {
  if (prefix !== '') assertKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix)
}

function badKeyBecause(key: string): string | undefined {
  if (key === '') return 'it is empty'
  if (Buffer.byteLength(key) > maxKeyBytes) return `it is longer than ${maxKeyBytes} bytes`
  if (!key.isWellFormed()) return 'it is not valid Unicode'
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(key)) return 'it holds a control character'
  if (key.includes('\\')) return 'it holds a backslash'
  for (const segment of key.split('/')) {
    if (segment === '') return 'it starts or ends with a slash, or holds two in a row'
    if (segment.startsWith('.')) return 'one of its parts starts with a dot'
    if (Buffer.byteLength(segment) > maxSegmentBytes)
      return `one of its parts is longer than ${maxSegmentBytes} bytes`
  }
  return undefined
}
