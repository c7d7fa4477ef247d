import { defineErrors } from '../../kernel/errors.ts'

export const transcodeErrors = defineErrors('transcode', {
  badJob: {
    status: 422,
    retry: 'never',
    help: 'The package asks for something that the transcoding service cannot make. Make it on this machine.',
  },
  failed: {
    status: 422,
    retry: 'never',
    help: 'The transcoding service could not read or convert the recording. The message names its own code; try it on this machine.',
  },
  cancelled: {
    status: 409,
    retry: 'after-change',
    help: 'Somebody cancelled the job at the transcoding service. Start it again if that was not meant.',
  },
  rejected: {
    status: 502,
    retry: 'after-change',
    help: 'The transcoding service refused the request. Check the role, the queue, the credentials and their rights.',
  },
  busy: {
    status: 503,
    retry: 'backoff',
    help: 'The transcoding service is overloaded or not reachable. The job tries again by itself and is not made twice.',
  },
  misconfigured: {
    status: 500,
    retry: 'after-change',
    help: 'MediaConvert needs OBJECTS_URL in a bucket of S3 and MEDIACONVERT_ROLE.',
  },
})
