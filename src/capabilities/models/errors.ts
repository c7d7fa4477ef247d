import { defineErrors } from '../../kernel/errors.ts'

export const modelErrors = defineErrors('models', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'The registry has no such model. "models list" shows what there is.',
  },
  retired: {
    status: 410,
    retry: 'after-change',
    help: 'The vendor has taken this model out of service. Use the successor that is named.',
  },
  noneLeft: {
    status: 503,
    retry: 'backoff',
    help: 'No model could do this: each one of the chain is off, not configured, resting after failures, or failed just now. The answer says why for each.',
  },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'A chain names one to ten known models of one kind, each once; a rating is between 0 and 1.',
  },
})
