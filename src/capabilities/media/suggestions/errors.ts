import { defineErrors } from '../../../kernel/errors.ts'

export const suggestionErrors = defineErrors('suggestions', {
  notFound: {
    status: 404,
    retry: 'after-change',
    help: 'There is no such suggestion for this asset now. A new analysis or transcript makes new ones: list them again.',
  },
  badRange: {
    status: 422,
    retry: 'after-change',
    help: 'A cut begins inside the recording and ends after it began.',
  },
  nothingAccepted: {
    status: 422,
    retry: 'after-change',
    help: 'A tight cut is made of what you accept. Accept at least one suggestion first.',
  },
  nothingLeft: {
    status: 422,
    retry: 'after-change',
    help: 'Nothing of the recording would be left. Reject some suggestions.',
  },
})
