import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

const chunkBytes = 4 * 1024 * 1024

/** Above this the browser would be busy for too long before the upload starts; the server's own checksum then stands alone. */
export const largestCheckedBytes = 512 * 1024 * 1024

/**
 * SHA-256 of a file as hex, read in chunks so that memory stays flat. Web Crypto cannot hash a stream, and is missing
 * on plain-HTTP addresses of a home network.
 */
export async function sha256OfFile(file: Blob, onProgress: (percent: number) => void): Promise<string> {
  const hash = sha256.create()
  for (let start = 0; start < file.size; start += chunkBytes) {
    const chunk = await file.slice(start, start + chunkBytes).arrayBuffer()
    hash.update(new Uint8Array(chunk))
    onProgress((Math.min(start + chunkBytes, file.size) / file.size) * 100)
  }
  return bytesToHex(hash.digest())
}
