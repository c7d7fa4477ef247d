import type { Frame } from 'node-av/lib'

const columns = 48
const rows = 27

/** A small copy of a frame's brightness, 48 × 27 samples, to compare frames with. */
export type Fingerprint = Uint8Array

/** Samples an 8-bit planar frame. */
export function fingerprint(frame: Frame): Fingerprint {
  const plane = frame.data?.[0]
  const stride = frame.linesize[0] ?? 0
  const samples = new Uint8Array(columns * rows)
  if (!plane) return samples
  for (let row = 0; row < rows; row++) {
    const line = Math.floor(((row + 0.5) * frame.height) / rows) * stride
    for (let column = 0; column < columns; column++) {
      samples[row * columns + column] =
        plane[line + Math.floor(((column + 0.5) * frame.width) / columns)] ?? 0
    }
  }
  return samples
}

/** Mean difference of brightness, 0 to 255. Encoding at high quality stays below 3; another picture is far above. */
export function difference(a: Fingerprint, b: Fingerprint): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += Math.abs(a[index]! - b[index]!)
  return sum / a.length
}
