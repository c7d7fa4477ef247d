import { defineErrors } from '../../kernel/errors.ts'

export const draftErrors = defineErrors('drafts', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such draft in this workspace; it may belong to another one.',
  },
  wrongStage: {
    status: 409,
    retry: 'after-change',
    help: 'The draft is in a stage from which this is not possible. Load it again to see where it stands.',
  },
  adaptationNotFound: {
    status: 404,
    retry: 'never',
    help: 'The draft has not been adapted for this destination yet: adapt it first.',
  },
  published: {
    status: 409,
    retry: 'never',
    help: 'What was published stays as it was. Make a new draft to publish something else.',
  },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'A draft needs a title of 1 to 300 characters and at most 20 000 of text.',
  },
})
