import { embedErrors } from './errors.ts'
import type { EmbedInput } from './port.ts'

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
