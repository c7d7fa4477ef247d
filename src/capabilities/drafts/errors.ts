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
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'A draft needs a title of 1 to 300 characters and at most 20 000 of text.',
  },
})
