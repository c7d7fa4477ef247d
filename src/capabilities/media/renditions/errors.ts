import { defineErrors } from '../../../kernel/errors.ts'

export const renditionErrors = defineErrors('renditions', {
  notFound: { status: 404, retry: 'never', help: 'There is no such rendition in this workspace.' },
  tooLong: {
    status: 422,
    retry: 'after-change',
    help: 'The destination takes no recording this long. Cut a clip that fits, and make the rendition from that.',
  },
  tooShort: {
    status: 422,
    retry: 'after-change',
    help: 'The destination takes no recording this short. Choose a longer one.',
  },
  badShape: {
    status: 422,
    retry: 'after-change',
    help: 'The picture is too narrow or too wide for the destination, or too small for it. Reframe it first.',
  },
  tooLarge: {
    status: 422,
    retry: 'after-change',
    help: 'The recording cannot be made small enough for the destination with a picture worth seeing. Cut it shorter.',
  },
  lowQuality: {
    status: 422,
    retry: 'after-change',
    help: 'The rendition differs too much from its source, also at a higher quality, and was not kept. The score is in the details; a lower threshold accepts it.',
  },
  badFile: {
    status: 500,
    retry: 'backoff',
    help: 'The rendition did not pass its own check and was not kept. The job tries again.',
  },
  badOutput: {
    status: 422,
    retry: 'after-change',
    help: 'Name the output file with the ending of the preset (.mp4, .mov or .mxf), and not the source itself.',
  },
  badScore: {
    status: 422,
    retry: 'after-change',
    help: 'A score is a number: SSIM from 0 to 1, VMAF from 0 to 100.',
  },
  busy: {
    status: 409,
    retry: 'backoff',
    help: 'The rendition is being made. Wait for it or cancel its run first.',
  },
})
