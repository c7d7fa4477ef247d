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
})
