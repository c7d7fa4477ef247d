import { open } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Readable } from 'node:stream'

const maxParts = 10_000

/** Part size for a file: the preferred one, or more where 10,000 parts would not hold the file. */
export function partBytesFor(sizeBytes: number, preferredBytes: number): number {
  const mebi = 1024 * 1024
  return Math.max(preferredBytes, Math.ceil(sizeBytes / maxParts / mebi) * mebi)
}

/** Cuts a source into pieces of exactly `partBytes`, the last one shorter. An empty source gives one empty piece. */
export async function* partsOf(
  source: string | Buffer | Readable,
  partBytes: number,
): AsyncGenerator<Buffer> {
  if (typeof source === 'string') yield* partsOfFile(source, partBytes)
  else yield* partsOfStream(Buffer.isBuffer(source) ? Readable.from([source]) : source, partBytes)
}

async function* partsOfFile(path: string, partBytes: number): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    for (let at = 0; ; at += partBytes) {
      const part = Buffer.allocUnsafeSlow(partBytes)
      let filled = 0
      while (filled < partBytes) {
        const { bytesRead } = await file.read(part, filled, partBytes - filled, at + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      if (filled > 0 || at === 0) yield part.subarray(0, filled)
      if (filled < partBytes) return
    }
  } finally {
    await file.close()
  }
}

async function* partsOfStream(source: Readable, partBytes: number): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = []
  let held = 0
  let any = false
  for await (const chunk of source as AsyncIterable<Buffer | string>) {
    let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    while (held + rest.length >= partBytes) {
      const need = partBytes - held
      yield Buffer.concat([...pieces, rest.subarray(0, need)])
      any = true
      rest = rest.subarray(need)
      pieces = []
      held = 0
    }
    if (rest.length > 0) pieces.push(rest)
    held += rest.length
  }
  if (held > 0 || !any) yield Buffer.concat(pieces)
}

/** The checksums of a whole object, taken part by part in order. */
export function wholeChecksums() {
  const sha256 = createHash('sha256')
  const partMd5s: Buffer[] = []
  let crc = 0
  let sizeBytes = 0
  return {
    /** Adds the next part and returns its MD5 and CRC32. */
    add(part: Buffer): { md5: Buffer; crc32Base64: string } {
      sha256.update(part)
      crc = crc32(part, crc)
      sizeBytes += part.length
      const md5 = createHash('md5').update(part).digest()
      partMd5s.push(md5)
      return { md5, crc32Base64: crc32Base64(crc32(part)) }
    },
    finish() {
      const ofAll = createHash('md5').update(Buffer.concat(partMd5s)).digest('hex')
      return {
        sha256: sha256.digest('hex'),
        crc32Base64: crc32Base64(crc),
        sizeBytes,
        /** The ETag that S3 gives a multipart object that KMS does not encrypt: MD5 of the parts' MD5s. */
        multipartMd5: `${ofAll}-${partMd5s.length}`,
      }
    },
  }
}

export function crc32Base64(value: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes.toString('base64')
}
