import { defineErrors } from '../../kernel/errors.ts'

export const settingErrors = defineErrors('settings', {
  unknown: {
    status: 404,
    retry: 'never',
    help: 'There is no such setting. "creatorops settings list" shows all of them.',
  },
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'The value is not one this setting can have. Its description says what it takes.',
  },
  wrongLayer: { status: 422, retry: 'after-change', help: 'This setting cannot be changed in that layer.' },
  noVersion: {
    status: 404,
    retry: 'never',
    help: 'The setting never had this version in this layer. Its history shows the ones it had.',
  },
  schemaChanged: {
    status: 422,
    retry: 'never',
    help: 'The value of that version is from an earlier release and is not possible today. Set a value that is.',
  },
  badFile: {
    status: 422,
    retry: 'after-change',
    help: 'Correct the file with settings as the message says; docs/settings.md shows how one looks.',
  },
  oldFile: {
    status: 422,
    retry: 'after-change',
    help: 'The file with settings is of a format this release does not read. Run "creatorops settings migrate" on it.',
  },
  badVariable: {
    status: 500,
    retry: 'after-change',
    help: 'Correct the environment variable that the message names; "creatorops settings list" shows the names.',
  },
})
