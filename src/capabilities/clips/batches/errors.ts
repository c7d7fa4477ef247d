import { defineErrors } from '../../../kernel/errors.ts'

export const clipBatchErrors = defineErrors('clipBatches', {
  notFound: { status: 404, retry: 'never', help: 'There is no such batch of clips in this workspace.' },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'Nothing was started. Correct the named rows, counted from 0, and send the batch again.',
  },
  badList: {
    status: 422,
    retry: 'after-change',
    help: 'A batch file is JSON: {"name"?, "concurrency"?, "clips": [{"assetId", "startMs", "endMs", "title"?, "mode"?}]}.',
  },
  clipFinished: {
    status: 409,
    retry: 'never',
    help: 'The clip is finished, so there is nothing to cancel. It can be deleted.',
  },
  unfinished: {
    status: 409,
    retry: 'backoff',
    help: 'The batch is still being cut. Wait until it is done, or cancel it first.',
  },
  nothingToRetry: { status: 409, retry: 'never', help: 'No clip of the batch failed or was cancelled.' },
  finished: { status: 409, retry: 'never', help: 'The batch is finished, so there is nothing to cancel.' },
})
