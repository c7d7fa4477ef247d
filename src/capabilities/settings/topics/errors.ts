import { defineErrors } from '../../../kernel/errors.ts'

export const topicErrors = defineErrors('topics', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such topic in this workspace. "creatorops topics list" shows all of them.',
  },
  exists: {
    status: 409,
    retry: 'after-change',
    help: 'A topic of this name is already there. Change that one, or choose another name.',
  },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'The topic is not one that can be kept. The message says which part and why.',
  },
})
