import { createCanvas, loadImage } from '@napi-rs/canvas'
import { embedErrors } from './errors.ts'
import { colourAndShape, perceptualHash } from './picture-features.ts'
import type { ImageDescriptor } from './port.ts'

/** Names the space of the vectors. */
export const imageSpace = 'offline-picture-1'
export const imageDimensions = 192

const mostPixels = 50_000_000

/**
 * What a picture looks like. Works on the bytes of a JPEG, PNG, WebP, AVIF or GIF; about 10 ms for a photo of a phone.
 * Fails with `embed.badImage`.
 */
export async function describeImage(bytes: Buffer): Promise<ImageDescriptor> {
  const image = await loadImage(bytes).catch((cause: unknown) => {
    throw embedErrors.badImage('The picture cannot be read.', { cause })
  })
  const { width: widthPx, height: heightPx } = image
  if (widthPx < 1 || heightPx < 1 || widthPx * heightPx > mostPixels)
    throw embedErrors.badImage(`A picture of ${widthPx} × ${heightPx} pixels cannot be described.`)
  const pixels = (width: number, height: number) => {
    const context = createCanvas(width, height).getContext('2d')
    context.fillStyle = '#fff'
    context.fillRect(0, 0, width, height)
    context.imageSmoothingEnabled = true
    context.imageSmoothingQuality = 'high'
    context.drawImage(image, 0, 0, width, height)
    return context.getImageData(0, 0, width, height).data
  }
  return {
    hash: perceptualHash(pixels(32, 32)),
    vector: colourAndShape(pixels(96, 96), 96),
    widthPx,
    heightPx,
  }
}

/** How many of the 64 bits differ: up to 6 is the same picture, more than 14 another one. */
export function hashDistance(a: string, b: string): number {
  let bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
  let count = 0
  for (; bits > 0n; bits &= bits - 1n) count++
  return count
}
