import { defineErrors } from '../../kernel/errors.ts'

export const secretErrors = defineErrors('secrets', {
  missing: {
    status: 404,
    retry: 'after-change',
    help: 'The secret is not set in this workspace. "creatorops secrets set NAME" sets it.',
  },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'Names of secrets are letters, digits, dots and hyphens, such as elevenlabs.apiKey; values have 1 to 65,536 characters.',
  },
  unreadable: {
    status: 500,
    retry: 'after-change',
    help: 'The secret was encrypted with a key that is not here. Bring the key back (CREATOROPS_SECRETS_KEY or secrets.key), or set the secret again.',
  },
  keyExposed: {
    status: 500,
    retry: 'after-change',
    help: 'Other accounts of this machine can read the key of the secrets. Run "chmod 600" on the file that the message names.',
  },
  keyElsewhere: {
    status: 422,
    retry: 'never',
    help: 'The key of these secrets is kept and rotated by the service that keeps them (AWS KMS).',
  },
  denied: {
    status: 502,
    retry: 'after-change',
    help: 'The service that keeps the secrets refuses this installation. Check its credentials and rights.',
  },
  busy: {
    status: 503,
    retry: 'backoff',
    help: 'The service that keeps the secrets is slow, overloaded or not reachable. The same request will work later.',
  },
  rejected: {
    status: 502,
    retry: 'after-change',
    help: 'The service that keeps the secrets refused the request; the log has its reason.',
  },
})
