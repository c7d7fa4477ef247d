import { defineErrors } from '../../kernel/errors.ts'

export const cliErrors = defineErrors('cli', {
  badUsage: {
    status: 400,
    retry: 'after-change',
    help: 'Run the command with --help to see how it is called.',
  },
  fileMissing: {
    status: 422,
    retry: 'after-change',
    help: 'Check the path; it must name an existing file that this account can read.',
  },
  noServer: {
    status: 503,
    retry: 'after-change',
    help: 'Start one with "npm start", or set CREATOROPS_URL and CREATOROPS_API_KEY to use another.',
  },
  unreachable: {
    status: 503,
    retry: 'backoff',
    help: 'The server did not answer. Check that it runs and that CREATOROPS_URL is right, then try again.',
  },
  unexpectedAnswer: {
    status: 502,
    retry: 'never',
    help: 'The answer did not come from this API. Check CREATOROPS_URL and any proxy on the way.',
  },
  uploadFailed: {
    status: 502,
    retry: 'backoff',
    help: 'Run the same command again: the upload continues where it stopped.',
  },
  interrupted: {
    status: 499,
    retry: 'backoff',
    help: 'The command was stopped before it finished.',
  },
  internal: {
    status: 500,
    retry: 'never',
    help: 'This is a mistake in the program. Run it again with CREATOROPS_LOG_LEVEL=debug to see where it happened.',
  },
})
