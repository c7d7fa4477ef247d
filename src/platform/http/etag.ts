import type { AppError } from '../../kernel/errors.ts'
import { httpErrors } from './errors.ts'
import type { HttpContext } from './http-env.ts'

/** The ETag of a version counter: `"v3"`. */
export function etagOf(version: number): string {
  return `"v${version}"`
}

/**
 * The version the caller last saw, from `If-Match`. Missing → `http.ifMatchRequired`. When the current version is
 * given and differs → `http.stale`. Without it, pass the answer to the use case, whose
 * `update … where version = expected` decides, and let that throw `staleUpdate`.
 */
export function requireIfMatch(c: HttpContext, currentVersion?: number): number {
  const header = c.req.header('if-match')?.trim()
  // "*" would mean "whatever is there now", which is the lost update this header exists to prevent.
  if (header === undefined || header === '' || header === '*') {
    throw httpErrors.ifMatchRequired('An update needs If-Match with the ETag of the version you changed.')
  }
  const match = /^(?:W\/)?"v(\d{1,15})"$/.exec(header)
  if (!match) throw httpErrors.invalid('If-Match is not an ETag of this API, such as "v3".')
  const yours = Number(match[1])
  if (currentVersion !== undefined && yours !== currentVersion)
    throw staleUpdate({ yours, current: currentVersion })
  return yours
}

/**
 * A refused lost update. `yours` and `current` are the two versions; `resource`, when given, is the current state so
 * that the caller can show both side by side.
 */
export function staleUpdate(versions: { yours: number; current: number; resource?: unknown }): AppError {
  return httpErrors.stale(
    `You changed version ${versions.yours}, but version ${versions.current} is current.`,
    {
      detail: versions,
    },
  )
}
