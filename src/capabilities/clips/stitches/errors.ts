import { defineErrors } from '../../../kernel/errors.ts'

export const stitchErrors = defineErrors('clipStitches', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such stitch in this workspace, or it was deleted.',
  },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'Nothing was started. Correct the named parts, counted from 0, and send the list again.',
  },
  finished: { status: 409, retry: 'never', help: 'The stitch is finished, so there is nothing to cancel.' },
})
