import { embedErrors } from './errors.ts'
import type { Embedded } from './port.ts'

/** Vectors from a service at length 1. Fails with `embed.badAnswer` when they are not what was asked for. */
export function readyVectors(
  vectors: readonly (readonly number[])[],
  texts: number,
  dimensions: number,
): Embedded['vectors'] {
  if (vectors.length !== texts)
    throw embedErrors.badAnswer(`${vectors.length} vectors came back for ${texts} texts.`)
  return vectors.map((vector) => {
    if (vector.length !== dimensions)
      throw embedErrors.badAnswer(`A vector has ${vector.length} numbers instead of ${dimensions}.`)
    const length = Math.hypot(...vector)
    if (!(length > 0) || !Number.isFinite(length))
      throw embedErrors.badAnswer('A vector is empty or not of numbers.')
    return Float32Array.from(vector, (value) => value / length)
  })
}
