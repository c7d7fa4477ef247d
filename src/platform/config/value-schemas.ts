import { z } from 'zod'

/** A TCP port; 0 means any free one. */
export const portSchema = z.coerce
  .number('must be a port number')
  .int('must be a whole number')
  .min(0, 'must be 0 or more')
  .max(65_535, 'must be 65535 or less')

/** An absolute URL of one of these schemes, without the slash at the end. */
export function urlSchema(...schemes: string[]) {
  const rule = `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`
  return z
    .string()
    .refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)), rule)
    .transform((text) => text.replace(/\/+$/, ''))
}

/** Values separated by commas; empty text is an empty list. */
export function listSchema<Value>(item: z.ZodType<Value, string>) {
  return z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item))
}

/** `on` or `off`, also `true`, `false`, `1`, `0`. */
export const switchSchema = z
  .enum(['on', 'off', 'true', 'false', '1', '0'], 'must be on or off')
  .transform((text) => text === 'on' || text === 'true' || text === '1')

const unitBytes: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/** A number of bytes, with or without a unit: `1048576`, `500MB`, `64GiB`. */
export const byteSizeSchema = z.string().transform((text, context) => {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b?)$/i.exec(text.trim())
  const factor = match && unitBytes[match[2]!.toLowerCase()]
  const bytes = match && factor ? Math.floor(Number(match[1]) * factor) : Number.NaN
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    context.addIssue({ code: 'custom', message: 'must be a size such as 1048576, 500MB or 64GiB' })
    return z.NEVER
  }
  return bytes
})
