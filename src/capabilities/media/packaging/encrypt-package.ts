import { createCipheriv } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** How the segments of a package are locked. HLS only: DASH knows no encryption of whole segments. */
export type PackageEncryption = {
  /** 16 bytes of AES-128. */
  key: Buffer
  /** Where a player asks for the key; whoever may read it there can play. */
  keyUri: string
}

/**
 * Encrypts every segment of these playlists by AES-128-CBC, in place, and says so in the playlists. The init segment
 * stays readable: it holds no picture and no sound. The IV of a segment is its number, which the playlist need not
 * repeat.
 */
export async function encryptPlaylists(
  outDir: string,
  playlists: readonly string[],
  { key, keyUri }: PackageEncryption,
): Promise<void> {
  if (key.length !== 16) throw new RangeError('A key of AES-128 has 16 bytes')
  for (const playlist of playlists) {
    const path = join(outDir, playlist)
    const lines = (await readFile(path, 'utf8')).split('\n')
    const segments = lines.filter((line) => line !== '' && !line.startsWith('#'))
    for (const [sequence, segment] of segments.entries()) {
      await encryptFile(join(dirname(path), segment), key, sequence)
    }
    await writeFile(path, withKey(lines, keyUri).join('\n'))
  }
}

/** The key is named behind the init segment, so that this one is not taken for encrypted. */
function withKey(lines: readonly string[], keyUri: string): string[] {
  const tag = `#EXT-X-KEY:METHOD=AES-128,URI="${keyUri}"`
  const map = lines.findIndex((line) => line.startsWith('#EXT-X-MAP'))
  return [...lines.slice(0, map + 1), tag, ...lines.slice(map + 1)]
}

async function encryptFile(path: string, key: Buffer, sequence: number): Promise<void> {
  const cipher = createCipheriv('aes-128-cbc', key, ivOf(sequence))
  const locked = Buffer.concat([cipher.update(await readFile(path)), cipher.final()])
  await writeFile(`${path}.part`, locked)
  await rename(`${path}.part`, path)
}

/** The media sequence number as 16 bytes, the IV where a playlist names none (RFC 8216, 5.2). */
export function ivOf(sequence: number): Buffer {
  const iv = Buffer.alloc(16)
  iv.writeBigUInt64BE(BigInt(sequence), 8)
  return iv
}
