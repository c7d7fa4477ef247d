import { defineErrors } from '../../kernel/errors.ts'

export const clipErrors = defineErrors('clips', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such clip in this workspace, or it was deleted.',
  },
  badRange: {
    status: 422,
    retry: 'after-change',
    help: 'A clip needs a start and a later end, both plain numbers that are not negative.',
  },
  tooShort: {
    status: 422,
    retry: 'after-change',
    help: 'The range holds no frame. Make it at least one frame long.',
  },
  outOfRange: {
    status: 422,
    retry: 'after-change',
    help: 'The range lies beyond the end of the recording. Choose an end within its duration.',
  },
  noVideo: {
    status: 422,
    retry: 'never',
    help: 'The recording has no picture, so no clip can be cut from it.',
  },
  damaged: {
    status: 422,
    retry: 'never',
    help: 'The recording is damaged inside this range, so the clip would miss frames. Choose another range or repair the file.',
  },
  noKeyframe: {
    status: 422,
    retry: 'after-change',
    help: 'The range holds no keyframe, so nothing can be copied as it is. Cut it with mode "exact".',
  },
  notCopyable: {
    status: 422,
    retry: 'after-change',
    help: 'This kind of video cannot be copied into an MP4 file. Cut it with mode "exact" or "encode".',
  },
  checkFailed: {
    status: 500,
    retry: 'backoff',
    help: 'The clip was made but did not pass its own checks, so it was thrown away. The log has the check that failed.',
  },
  busy: {
    status: 409,
    retry: 'backoff',
    help: 'The clip is being made. Wait until it is done, or cancel its run.',
  },
  untimed: {
    status: 422,
    retry: 'never',
    help: 'The file does not say when each of its frames is shown. Convert it to MP4 or MKV first.',
  },
  badList: {
    status: 422,
    retry: 'after-change',
    help: 'A list to stitch is a JSON array of 1 to 1000 ranges: [{"source": "talk.mp4", "from": 12.5, "to": "00:01:12.500"}].',
  },
  playlistInvalid: {
    status: 422,
    retry: 'after-change',
    help: 'This is not an HLS playlist that can be cut: it must begin with #EXTM3U and list segments or variants.',
  },
  playlistRefused: {
    status: 422,
    retry: 'never',
    help: 'A playlist may only name files in its own folder and below; one on a server, also other public servers. Nothing it names was opened.',
  },
  playlistUnsupported: {
    status: 422,
    retry: 'never',
    help: 'Segments must be MPEG transport streams or fragmented MP4, plain or encrypted with AES-128.',
  },
  noVariant: {
    status: 422,
    retry: 'after-change',
    help: 'Choose "best", "smallest" or the height of one of the variants that the playlist offers.',
  },
  programmeGap: {
    status: 422,
    retry: 'after-change',
    help: 'The playlist marks a part of this range as missing. Choose a range before or after the gap.',
  },
  segmentMissing: {
    status: 422,
    retry: 'after-change',
    help: 'A file that the playlist names is not there. Restore it or choose another range.',
  },
  segmentDamaged: {
    status: 422,
    retry: 'after-change',
    help: 'A segment is cut off or is no media. Restore it or choose another range.',
  },
  wrongKey: {
    status: 422,
    retry: 'after-change',
    help: 'The key does not open this segment. Check the key file and the IV in the playlist.',
  },
  badSource: {
    status: 422,
    retry: 'after-change',
    help: 'Name an asset, the package of an asset, or an HLS playlist by its address or its path in the object store.',
  },
  notCut: {
    status: 422,
    retry: 'after-change',
    help: 'The server took the clip but did not finish it. Its failure is on the clip: `creatorops clips show <clip>`.',
  },
  badOption: {
    status: 422,
    retry: 'after-change',
    help: 'A fade lasts at most 5 seconds; loudness is "match", "keep" or LUFS such as -14. Another shape goes with "exact" or "encode"; the times of its path rise.',
  },
  noPackage: {
    status: 409,
    retry: 'after-change',
    help: 'The asset has no streaming package yet. Process it first, or cut from the recording itself.',
  },
  badOutput: {
    status: 422,
    retry: 'after-change',
    help: 'Name another file for the clip; it must end in .mp4 and must not be the source.',
  },
})
