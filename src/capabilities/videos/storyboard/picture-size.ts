import { open } from 'node:fs/promises'
import { videoErrors } from '../errors.ts'
import { largestPictureSide } from './storyboard.ts'

/** Reads width and height from the head of a PNG, JPEG, GIF or WebP file, without decoding it. */
export function pictureSize(head: Buffer): { width: number; height: number } | undefined {
  if (head.length >= 24 && head.readUInt32BE(0) === 0x89504e47) {
    return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
  }
  const magic = head.toString('latin1', 0, 12)
  if (magic.startsWith('GIF8') && head.length >= 10)
    return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) }
  if (magic.startsWith('RIFF') && magic.endsWith('WEBP') && head.length >= 30) return webpSize(head)
  return head.length >= 4 && head.readUInt16BE(0) === 0xffd8 ? jpegSize(head) : undefined
}

function webpSize(head: Buffer) {
  const kind = head.toString('latin1', 12, 16)
  if (kind === 'VP8X') return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 }
  if (kind === 'VP8 ')
    return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff }
  const bits = head.readUInt32LE(21)
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
}

function jpegSize(head: Buffer) {
  for (let at = 2; at + 9 < head.length;) {
    if (head[at] !== 0xff) return undefined
    const marker = head[at + 1]!
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) }
    at += marker === 0xff ? 1 : 2 + head.readUInt16BE(at + 2)
  }
  return undefined
}

/**
 * Makes sure that a picture may be opened: it is there, of a kind that browsers know, and no side is longer than
 * 16384 pixels. Fails with `videos.missingMedia` or `videos.badPicture`.
 */
export async function checkPicture(path: string): Promise<{ width: number; height: number }> {
  const file = await open(path).catch((cause: unknown) => {
    throw videoErrors.missingMedia(`The picture ${path} cannot be read.`, { cause })
  })
  try {
    // Cameras put up to a few hundred kilobytes of their own before the size.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512 * 1024), 0, 512 * 1024, 0)
    const size = pictureSize(buffer.subarray(0, bytesRead))
    if (!size) throw videoErrors.badPicture(`${path} is no PNG, JPEG, GIF or WebP picture.`)
    if (Math.min(size.width, size.height) < 1 || Math.max(size.width, size.height) > largestPictureSide) {
      throw videoErrors.badPicture(`The picture ${path} has ${size.width} × ${size.height} pixels.`)
    }
    return size
  } finally {
    await file.close()
  }
}
