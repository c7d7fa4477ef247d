import { problemSchema } from './problem.ts'

const meanings = {
  400: 'The request is not valid',
  401: 'Nobody is signed in',
  402: 'It does not fit into a budget',
  403: 'The role or API key does not allow this',
  404: 'There is no such thing in this workspace',
  409: 'In conflict with the current state',
  410: 'Gone',
  412: 'Changed by someone else in the meantime',
  413: 'Too large',
  415: 'Not a type this address accepts',
  422: 'Understood, but refused',
  423: 'Locked',
  428: 'If-Match is missing',
  429: 'Too many requests',
  500: 'Something went wrong on our side',
  503: 'Not available right now',
} as const

type ProblemStatus = keyof typeof meanings
type ProblemResponse = {
  description: string
  content: { 'application/problem+json': { schema: typeof problemSchema } }
}
type AnyRoute = 400 | 401 | 403 | 429 | 500

/**
 * The refusals a route documents, to spread into `responses` of `createRoute`: the named statuses plus those any
 * route can answer (400, 401, 403, 429, 500).
 */
export function problemResponses<Status extends ProblemStatus = never>(
  ...statuses: Status[]
): Record<Status | AnyRoute, ProblemResponse> {
  const all = new Set<ProblemStatus>([400, 401, 403, 429, 500, ...statuses])
  const responses = [...all].map((status) => [
    status,
    { description: meanings[status], content: { 'application/problem+json': { schema: problemSchema } } },
  ])
  return Object.fromEntries(responses) as Record<Status | AnyRoute, ProblemResponse>
}
