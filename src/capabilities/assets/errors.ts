import { defineErrors } from '../../kernel/errors.ts'

export const assetErrors = defineErrors('assets', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such file in this workspace. It may have been deleted.',
  },
  badName: {
    status: 422,
    retry: 'after-change',
    help: 'A file name has 1 to 255 characters, at least one of them visible.',
  },
  empty: {
    status: 422,
    retry: 'never',
    help: 'The file holds nothing. Check that the recording or export was finished.',
  },
  typeNotAllowed: {
    status: 415,
    retry: 'never',
    help: 'Upload video, audio, an image or a PDF. The content decides, not the ending of the name.',
  },
  tooLarge: {
    status: 413,
    retry: 'after-change',
    help: 'The file is larger than one upload may be. The limit is set by CREATOROPS_MAX_UPLOAD_BYTES.',
  },
  overQuota: {
    status: 507,
    retry: 'after-change',
    help: 'The workspace has no room for this file. Delete files, or ask for a larger quota.',
  },
  badChecksum: {
    status: 422,
    retry: 'after-change',
    help: 'The sha256 of an upload is 64 hexadecimal digits. Leave it away if you do not have it.',
  },
  checksumMismatch: {
    status: 422,
    retry: 'after-change',
    help: 'What arrived is not what was announced, and nothing was kept. Upload the file again.',
  },
  linkInvalid: {
    status: 403,
    retry: 'never',
    help: 'This link was changed or cut short. Open the file in the Studio for a new one.',
  },
  linkExpired: {
    status: 410,
    retry: 'never',
    help: 'This link has expired. Open the file in the Studio for a new one.',
  },
})

/** Failures of resumable uploads (tus 1.0). */
export const uploadErrors = defineErrors('uploads', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such upload in this workspace. Begin a new one.',
  },
  gone: { status: 410, retry: 'never', help: 'The upload has expired or was removed. Begin a new one.' },
  incomplete: {
    status: 409,
    retry: 'after-change',
    help: 'Not all bytes have arrived. Continue at the offset that HEAD tells.',
  },
  wrongOffset: {
    status: 409,
    retry: 'after-change',
    help: 'Ask with HEAD how many bytes have arrived and continue from there.',
  },
  locked: {
    status: 423,
    retry: 'backoff',
    help: 'Another request is sending to this upload. Wait a moment, then continue.',
  },
  interrupted: {
    status: 400,
    retry: 'backoff',
    help: 'The connection ended early. What arrived is kept; continue from there.',
  },
  badRequest: {
    status: 400,
    retry: 'after-change',
    help: 'Uploads speak tus 1.0 with Tus-Resumable, Upload-Length at the beginning and Upload-Offset with each part.',
  },
  unsupportedVersion: { status: 412, retry: 'after-change', help: 'Send the header "Tus-Resumable: 1.0.0".' },
  finished: {
    status: 409,
    retry: 'never',
    help: 'The upload is complete; its file is managed as an asset now.',
  },
})
