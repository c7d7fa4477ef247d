import type { Hook } from '@hono/zod-openapi'
import type { z } from 'zod'
import { httpErrors } from './errors.ts'
import type { HttpEnv } from './http-env.ts'

const shownFields = 20
const shownChars = 300

const places: Record<string, string> = {
  json: 'body',
  form: 'body',
  query: 'query',
  param: 'path',
  header: 'header',
  cookie: 'cookie',
}

/** Turns a refused request schema into `http.invalid` with its fields. Every route gets it from `createHttp`. */
// oxlint-disable-next-line typescript/no-explicit-any -- the type of the hook of an app with unknown routes
export const refuseInvalid: Hook<any, HttpEnv, any, any> = (result) => {
  if (result.success) return
  throw invalidRequest(result.error as z.ZodError, places[result.target] ?? result.target)
}

/** `http.invalid` for a schema error in one part of the request. */
export function invalidRequest(error: z.ZodError, place: string) {
  const fields = error.issues.slice(0, shownFields).map((issue) => ({
    in: place,
    path: issue.path.map(String).join('.').slice(0, shownChars),
    message: issue.message.slice(0, shownChars),
  }))
  const first = fields[0]
  const named = first?.path ? `${first.path}: ${first.message}` : (first?.message ?? 'not valid')
  return httpErrors.invalid(`The ${place} is not valid (${named}).`, { detail: { fields }, cause: error })
}
