import { defineErrors } from '../../kernel/errors.ts'

export const flagErrors = defineErrors('flags', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such flag. "creatorops flags list" shows all of them.',
  },
  exists: { status: 409, retry: 'after-change', help: 'Another flag has this key; choose another one.' },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'The flag is not valid. Correct what the message names; nothing was changed.',
  },
  weights: {
    status: 422,
    retry: 'after-change',
    help: 'The shares of a split must add up to exactly 100 percent.',
  },
  cycle: {
    status: 422,
    retry: 'after-change',
    help: 'Flags that need each other in a circle can never be served. Take one of the prerequisites away.',
  },
  needed: {
    status: 409,
    retry: 'after-change',
    help: 'Another flag or a running experiment rests on this one. Change that first.',
  },
  wrongKind: {
    status: 422,
    retry: 'after-change',
    help: 'The flag has values of another kind than the one that was asked for.',
  },
})

export const experimentErrors = defineErrors('experiments', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such experiment. "creatorops experiments list" shows all of them.',
  },
  exists: {
    status: 409,
    retry: 'after-change',
    help: 'Another experiment has this key; choose another one.',
  },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'The experiment is not valid. Correct what the message names; nothing was changed.',
  },
  weights: {
    status: 422,
    retry: 'after-change',
    help: 'The shares of the variants must add up to exactly 100 percent.',
  },
  wrongState: {
    status: 409,
    retry: 'never',
    help: 'A running experiment is not edited, since that would mix two questions. Stop it and start another.',
  },
  flagBusy: {
    status: 409,
    retry: 'after-change',
    help: 'The flag already has a running experiment or a gradual rollout. End that first.',
  },
  future: {
    status: 422,
    retry: 'after-change',
    help: 'An outcome lies in the future. Correct the clock of the machine that sends it.',
  },
})
