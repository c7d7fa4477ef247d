import { defineErrors } from '../../kernel/errors.ts'

export const ffmpegErrors = defineErrors('ffmpeg', {
  stalled: {
    status: 503,
    retry: 'backoff',
    help: 'The media engine stopped making progress and was ended. The job tries again; if it happens again, the file may be damaged.',
  },
  crashed: {
    status: 500,
    retry: 'backoff',
    help: 'The media engine ended unexpectedly. The job tries again; if it happens again, the file may be damaged.',
  },
  failed: {
    status: 422,
    retry: 'never',
    help: 'The media engine could not do this with the file. The message names what it said.',
  },
  diskFull: {
    status: 507,
    retry: 'after-change',
    help: 'The data directory has no room left for what is being made. Free some space, then retry the run.',
  },
  unreadable: {
    status: 422,
    retry: 'never',
    help: 'The file is not a recording that the media engine can open. Upload an MP4, MOV, MKV, WebM or similar file.',
  },
  missing: {
    status: 503,
    retry: 'after-change',
    help: 'No media engine is available here. Run "npm ci" on a supported machine, or install FFmpeg 5.1 or newer and set FFMPEG_PATH.',
  },
})

/**
 * The failure for what the media library or Node said when the disk was full, else undefined. It is not the file's
 * fault then, and no other try will help before somebody makes room.
 */
export function diskFullFrom(said: string): Error | undefined {
  if (!/No space left on device|ENOSPC/.test(said)) return undefined
  return ffmpegErrors.diskFull('There is no room left on the disk.', { detail: { said } })
}
