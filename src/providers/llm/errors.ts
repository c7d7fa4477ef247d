import { defineErrors } from '../../kernel/errors.ts'

export const llmErrors = defineErrors('llm', {
  busy: {
    status: 503,
    retry: 'backoff',
    help: 'The vendor is rate limiting or overloaded. It is tried again, then another model takes over.',
  },
  down: {
    status: 503,
    retry: 'backoff',
    help: 'The vendor cannot be reached or failed. It is tried again, then another model takes over.',
  },
  timedOut: {
    status: 504,
    retry: 'backoff',
    help: 'The vendor did not answer, or fell silent, in the time given. It is tried again, then another model takes over.',
  },
  truncated: {
    status: 502,
    retry: 'backoff',
    help: 'The answer broke off before its end. What came is not used.',
  },
  malformed: {
    status: 502,
    retry: 'backoff',
    help: 'The answer was not in the form this vendor promises; a proxy in between may have answered instead.',
  },
  refused: {
    status: 422,
    retry: 'never',
    help: 'The vendor refused to write this for reasons of its content policy. Change what is asked for; another try will not help.',
  },
  noObject: {
    status: 502,
    retry: 'backoff',
    help: 'The model did not give data in the form that was asked for, also after it was shown what was wrong.',
  },
  authFailed: {
    status: 502,
    retry: 'after-change',
    help: 'The vendor does not accept the key. Set a valid one: see docs/models.md.',
  },
  unknownModel: {
    status: 422,
    retry: 'after-change',
    help: 'The vendor does not have this model, or not in this region or account.',
  },
  tooLong: {
    status: 413,
    retry: 'after-change',
    help: "The text does not fit into the model's window. Shorten it or choose a model with a larger one.",
  },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'The vendor rejected the request as not valid.',
  },
  unsupported: {
    status: 422,
    retry: 'after-change',
    help: 'This cannot be done with the chosen model; see what it can do with "models show".',
  },
  nothingToSay: {
    status: 422,
    retry: 'after-change',
    help: 'Without a model, texts are assembled from your own notes, and there are none here. Add notes, or configure a model.',
  },
  cancelled: {
    status: 499,
    retry: 'never',
    help: 'The call was cancelled before it ended.',
  },
})
