import { defineErrors } from '../../kernel/errors.ts'

export const processErrors = defineErrors('process', {
  homeInUse: {
    status: 409,
    retry: 'after-change',
    help: 'CreatorOps already runs on this data directory. Use that one, stop it, or set CREATOROPS_HOME to another directory.',
  },
  homeUnwritable: {
    status: 500,
    retry: 'after-change',
    help: 'The data directory cannot be written. Check its owner and permissions, or set CREATOROPS_HOME to another directory.',
  },
})
