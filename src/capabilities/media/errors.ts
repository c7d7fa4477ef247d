import { defineErrors } from '../../kernel/errors.ts'

export const mediaErrors = defineErrors('media', {
  emptyFile: {
    status: 422,
    retry: 'never',
    help: 'The file has no content. Export or copy the recording again.',
  },
  notMedia: {
    status: 422,
    retry: 'never',
    help: 'The file is not a video or sound recording, whatever its name says. Upload an MP4, MOV, MKV or WebM file.',
  },
  playlistRefused: {
    status: 422,
    retry: 'never',
    help: 'The file is a playlist that points to other files. Nothing was fetched. Upload the recording itself.',
  },
  truncated: {
    status: 422,
    retry: 'never',
    help: 'The recording is cut off: a part of the file is missing. Copy or export it again, completely.',
  },
  wrongDuration: {
    status: 422,
    retry: 'never',
    help: 'The file claims to be much longer than what is in it. Export it again, or repair it by copying it into a new container.',
  },
  zeroDuration: {
    status: 422,
    retry: 'never',
    help: 'The recording is 0 seconds long. Upload one with at least one picture.',
  },
  noVideo: {
    status: 422,
    retry: 'never',
    help: 'The file has no video track. This needs a recording with picture and sound.',
  },
  noAudio: {
    status: 422,
    retry: 'never',
    help: 'The file has no audio track. This needs a recording with picture and sound; add a silent track if that is meant.',
  },
  unsupportedCodec: {
    status: 422,
    retry: 'never',
    help: 'The media engine has no decoder for this recording. Export it as H.264 or HEVC with AAC sound.',
  },
  tooLong: {
    status: 422,
    retry: 'never',
    help: 'The recording is longer than 24 hours. Split it first.',
  },
  badDimensions: {
    status: 422,
    retry: 'never',
    help: 'The picture must be between 16 and 8192 pixels in width and height.',
  },
  badPackage: {
    status: 500,
    retry: 'backoff',
    help: 'The package did not pass its own check and was not kept. The job tries again.',
  },
  badCaptions: {
    status: 422,
    retry: 'after-change',
    help: 'Give each caption track a language code of its own, such as en or de-CH, as LANGUAGE=FILE.',
  },
  keyNotFound: {
    status: 404,
    retry: 'never',
    help: 'The key of this package is not here, or belongs to another workspace. Make the package again.',
  },
  badKey: {
    status: 422,
    retry: 'after-change',
    help: 'A key of AES-128 is a file of 16 bytes; give it with the address where players will ask for it.',
  },
  timeOutside: {
    status: 422,
    retry: 'after-change',
    help: 'There is no picture at this time. Choose a time within the recording.',
  },
  notAnalyzed: {
    status: 404,
    retry: 'after-change',
    help: 'This asset has not been analysed. Process it as a recording first.',
  },
})
