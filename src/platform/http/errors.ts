import { defineErrors } from '../../kernel/errors.ts'

/** What can go wrong between a request and the capability that answers it. */
export const httpErrors = defineErrors('http', {
  invalid: {
    status: 400,
    retry: 'after-change',
    help: 'Something in the request is not as the API expects. The fields list says which part and why.',
  },
  malformed: {
    status: 400,
    retry: 'after-change',
    help: 'The request could not be read. Check that the body is complete, valid JSON.',
  },
  invalidCursor: {
    status: 400,
    retry: 'after-change',
    help: 'The cursor is not one this list gave out. Start again without a cursor.',
  },
  unauthenticated: {
    status: 401,
    retry: 'after-change',
    help: 'Sign in, or send an API key as "Authorization: Bearer cok_…".',
  },
  crossSite: {
    status: 403,
    retry: 'after-change',
    help: 'The request came from a web page of another origin. Add that origin to CREATOROPS_CORS_ORIGINS if it is yours.',
  },
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is nothing at this address. See /api/docs for what there is.',
  },
  methodNotAllowed: {
    status: 405,
    retry: 'never',
    help: 'This address exists, but not for this method. See /api/docs for what there is.',
  },
  inProgress: {
    status: 409,
    retry: 'backoff',
    help: 'A request with the same Idempotency-Key is still being worked on. Ask again in a moment.',
  },
  outcomeUnknown: {
    status: 409,
    retry: 'after-change',
    help: 'The first request with this Idempotency-Key was cut off. Look whether its work was done; if not, use a new key.',
  },
  stale: {
    status: 412,
    retry: 'after-change',
    help: 'Someone else changed this in the meantime. Load the current version, apply your change to it and save again.',
  },
  tooLarge: {
    status: 413,
    retry: 'after-change',
    help: 'The request body is larger than this address accepts.',
  },
  unsupportedMediaType: {
    status: 415,
    retry: 'after-change',
    help: 'Send the body as JSON with "Content-Type: application/json".',
  },
  keyReused: {
    status: 422,
    retry: 'after-change',
    help: 'This Idempotency-Key was used for a different request. Use a new key for each new request.',
  },
  ifMatchRequired: {
    status: 428,
    retry: 'after-change',
    help: 'Send the ETag you got when you loaded this as If-Match, so that nobody else’s change is lost.',
  },
  rateLimited: {
    status: 429,
    retry: 'backoff',
    help: 'Too many requests. Wait for the seconds named in Retry-After, then go on.',
  },
  internal: {
    status: 500,
    retry: 'backoff',
    help: 'Something went wrong on our side. Give the request id to whoever runs this installation; their log has the cause.',
  },
  unavailable: {
    status: 503,
    retry: 'backoff',
    help: 'The server is stopping or not ready yet. Try again in a moment.',
  },
  portTaken: {
    status: 500,
    retry: 'after-change',
    help: 'Another program listens on this port. Stop it, or choose another one with CREATOROPS_PORT.',
  },
})
