import { defineErrors } from '../../../kernel/errors.ts'

export const cutListErrors = defineErrors('cutList', {
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'Correct the cut list: whole frames, every event [start, end) within the recording. An analysis.json from "media analyze" works as it is.',
  },
  formatCannot: {
    status: 422,
    retry: 'after-change',
    help: 'This format cannot hold this cut list. Use otio or fcpxml, which have no such limit, or change the list.',
  },
  noChapters: {
    status: 422,
    retry: 'after-change',
    help: 'YouTube wants at least 3 chapters of at least 10 seconds each, the first at 0:00. Add markers or names further apart.',
  },
})
