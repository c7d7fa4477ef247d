import { embedErrors } from './errors.ts'
import type { Embedded, EmbedInput } from './port.ts'

export const mostTexts = 256
const mostChars = 100_000

/** Fails with `embed.badInput` for what no vendor is to be asked. */
export function checkTexts({ texts }: EmbedInput): void {
  if (texts.length === 0 || texts.length > mostTexts)
    throw embedErrors.badInput(`${texts.length} texts cannot be embedded at once.`)
  for (const [index, text] of texts.entries()) {
    if (!/[\p{L}\p{N}]/u.test(text)) throw embedErrors.badInput(`Text ${index + 1} has no letters or digits.`)
    if (text.length > mostChars)
      throw embedErrors.badInput(`Text ${index + 1} has ${text.length} characters.`)
  }
}

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
