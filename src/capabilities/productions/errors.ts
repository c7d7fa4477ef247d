import { defineErrors } from '../../kernel/errors.ts'

export const productionErrors = defineErrors('productions', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such production in this workspace. It may have been deleted, or belongs to another workspace.',
  },
  notVideo: {
    status: 422,
    retry: 'after-change',
    help: 'Only a recording with picture and sound can be processed. Choose a video file.',
  },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'The production cannot be started like this; the message says which part to change.',
  },
})
