import { storageErrors } from './errors.ts'
import type { ByteRange } from './port.ts'

/** A range cut at the end of the file. Fails with `storage.badRange` if it begins behind the end. */
export function cutRange(range: ByteRange, sizeBytes: number): ByteRange {
  if (range.start < 0 || range.start > range.endInclusive || range.start >= sizeBytes) {
    throw storageErrors.badRange(`The file has ${sizeBytes} bytes.`, { detail: { sizeBytes } })
  }
  return { start: range.start, endInclusive: Math.min(range.endInclusive, sizeBytes - 1) }
}
