import { defineErrors } from '../../kernel/errors.ts'

export const fetchErrors = defineErrors('fetch', {
  badUrl: {
    status: 422,
    retry: 'after-change',
    help: 'Give a full address that starts with http:// or https://, without a user name or password in it.',
  },
  refused: {
    status: 422,
    retry: 'after-change',
    help: 'Addresses inside this network are not fetched. Whoever runs this server can allow one with CREATOROPS_FETCH_ALLOW.',
  },
  badRedirect: {
    status: 422,
    retry: 'never',
    help: 'The address leads on and on, or from https to http. Give the final address.',
  },
  unreachable: {
    status: 502,
    retry: 'backoff',
    help: 'The other server could not be reached, or its answer broke off. Check the address; it is tried again where that helps.',
  },
  timedOut: {
    status: 504,
    retry: 'backoff',
    help: 'The other server took too long. It is tried again where that helps.',
  },
  tooLarge: {
    status: 422,
    retry: 'never',
    help: 'The answer of the other server is larger than is accepted here.',
  },
})
