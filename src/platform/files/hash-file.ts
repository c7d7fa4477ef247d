import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** SHA-256 of a file, lower-case hex, read in pieces of 1 MiB. */
export async function sha256File(path: string, options: { signal?: AbortSignal } = {}): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal: options.signal })
  return hash.digest('hex')
}

/** A stream that passes bytes on unchanged and knows their SHA-256 and number when it has ended. */
export function hashThrough(): Transform & { sha256(): string; sizeBytes(): number } {
  const hash = createHash('sha256')
  let size = 0
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      size += chunk.length
      done(null, chunk)
    },
  })
  return Object.assign(through, { sha256: () => hash.digest('hex'), sizeBytes: () => size })
}
