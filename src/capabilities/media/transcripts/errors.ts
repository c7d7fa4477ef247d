import { defineErrors } from '../../../kernel/errors.ts'

export const transcriptErrors = defineErrors('transcripts', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such transcript in this workspace. It may have been deleted.',
  },
  busy: {
    status: 409,
    retry: 'backoff',
    help: 'The transcript is being made. Wait until its run has ended, or cancel that.',
  },
  notReady: {
    status: 409,
    retry: 'after-change',
    help: 'The transcript has no words yet. Wait for its run, or make another one if it failed.',
  },
  badWord: {
    status: 422,
    retry: 'after-change',
    help: 'Words are named by their place in the list, from 0. Read the transcript again and name those that are there.',
  },
})
