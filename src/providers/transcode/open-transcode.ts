import { parseS3Url } from '../storage/index.ts'
import { transcodeErrors } from './errors.ts'
import { type MakeLocally, localTranscoder } from './local.ts'
import { mediaConvert } from './mediaconvert.ts'
import type { Transcoder } from './port.ts'

/** The part of the configuration that decides. */
export type TranscodeConfig = {
  objectsUrl?: string
  transcoder: 'local' | 'mediaconvert'
  mediaconvertRole?: string
  mediaconvertQueue?: string
  mediaconvertUrl?: string
}

/** The transcoder that configuration names. Nothing is called yet. Fails with `transcode.misconfigured`. */
export function openTranscode(input: {
  config: TranscodeConfig
  /** How this machine does the work. */
  make: MakeLocally
  /** The work must not leave this machine, whatever is configured. Default false. */
  mustBeHere?: boolean
  env?: Record<string, string | undefined>
}): Transcoder {
  const { config } = input
  if (config.transcoder === 'local' || input.mustBeHere) return localTranscoder(input.make)
  const { objectsUrl, mediaconvertRole: role, mediaconvertQueue: queue, mediaconvertUrl: endpoint } = config
  if (!objectsUrl?.startsWith('s3://')) {
    throw transcodeErrors.misconfigured('TRANSCODER is mediaconvert, and OBJECTS_URL is no bucket of S3.')
  }
  if (!role)
    throw transcodeErrors.misconfigured('TRANSCODER is mediaconvert, and MEDIACONVERT_ROLE is not set.')
  const { bucket, prefix, region } = parseS3Url(objectsUrl, input.env ?? {})
  return mediaConvert({ root: `s3://${bucket}/${prefix}`, role, queue, region, endpoint })
}
