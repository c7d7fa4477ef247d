import { defineErrors } from '../../kernel/errors.ts'

export const configErrors = defineErrors('config', {
  invalid: {
    status: 500,
    retry: 'after-change',
    help: 'Correct the environment variables that the message names; docs/configuration.md lists all of them.',
  },
  secretExposed: {
    status: 500,
    retry: 'after-change',
    help: 'Other accounts of this machine can read the secret file. Run "chmod 600" on it, or delete it to get a new one (everyone is signed out).',
  },
  secretUnusable: {
    status: 500,
    retry: 'after-change',
    help: 'The secret file cannot be read or is too short. Delete it to get a new one (everyone is signed out).',
  },
})
