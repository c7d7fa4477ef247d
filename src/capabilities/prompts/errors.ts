import { defineErrors } from '../../kernel/errors.ts'

export const promptErrors = defineErrors('prompts', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such prompt. "creatorops prompts list" shows all of them.',
  },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'The prompt is not valid. Correct what the message names; nothing was changed.',
  },
  syntax: {
    status: 422,
    retry: 'after-change',
    help: 'The template cannot be read at the place named. docs/prompts.md lists what a template can do.',
  },
  undefinedVariable: {
    status: 422,
    retry: 'after-change',
    help: 'A template may only use variables that the prompt declares, and every value must be of its type.',
  },
  tooLong: {
    status: 422,
    retry: 'after-change',
    help: 'A template has at most 100,000 characters, and what is made of it must fit the model with room for the answer.',
  },
  hostile: {
    status: 422,
    retry: 'after-change',
    help: 'Rendering was stopped, since the template would run too long or use too much memory.',
  },
  testing: {
    status: 409,
    retry: 'after-change',
    help: 'Two versions of this prompt are already being tested against each other. Stop that experiment first.',
  },
})
