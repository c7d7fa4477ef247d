import type { ByteRange } from '../../providers/storage/index.ts'

/**
 * The one range that a `Range` header asks for (RFC 9110). Undefined means: answer with everything, which is also
 * right for several ranges, other units and nonsense. `outside` means: nothing of it is in the file.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | 'outside' | undefined {
  const found = header === undefined ? undefined : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim())
  if (!found) return undefined
  const [, from = '', to = ''] = found
  if (from === '' && to === '') return undefined
  if (from === '') {
    const lastBytes = Number(to)
    if (lastBytes === 0 || sizeBytes === 0) return 'outside'
    return { start: Math.max(0, sizeBytes - lastBytes), endInclusive: sizeBytes - 1 }
  }
  const start = Number(from)
  const endInclusive = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  if (to !== '' && Number(to) < start) return undefined
  return start >= sizeBytes ? 'outside' : { start, endInclusive }
}

/** Whether an `If-None-Match` header names this tag; weak and strong count the same here. */
export function matchesAny(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
