import { defineErrors } from '../../kernel/errors.ts'

export const speechErrors = defineErrors('speech', {
  nothingToSay: {
    status: 422,
    retry: 'after-change',
    help: 'The script has no words that can be spoken. Write at least one.',
  },
  tooLong: {
    status: 422,
    retry: 'after-change',
    help: 'A script may have 300,000 characters. Cut it into parts.',
  },
  badMarkup: {
    status: 422,
    retry: 'after-change',
    help: 'The markup must be well-formed SSML inside one <speak>. The message says what and where; docs/voices.md lists what may be used.',
  },
  markupNotSpoken: {
    status: 422,
    retry: 'after-change',
    help: 'This voice cannot do what the markup asks. Remove it, or choose a voice that can: `creatorops models voices` says which.',
  },
  unknownVoice: {
    status: 422,
    retry: 'after-change',
    help: 'There is no such voice here. `creatorops models voices` lists those that can speak now.',
  },
  wrongLanguage: {
    status: 422,
    retry: 'after-change',
    help: 'The voice does not speak this language. The message names the nearest one that does.',
  },
  languageNotSpoken: {
    status: 422,
    retry: 'after-change',
    help: 'No voice here speaks this language. The voices that need no key speak English; docs/voices.md says how to add others.',
  },
  rateLimited: {
    status: 503,
    retry: 'backoff',
    help: 'The speech service asks to wait. The job tries again by itself.',
  },
  unavailable: {
    status: 503,
    retry: 'backoff',
    help: 'The speech service does not answer. The job tries again; check its address if that does not help.',
  },
  notAllowed: {
    status: 422,
    retry: 'after-change',
    help: 'The speech service does not accept the key, or the key may not use this voice. Check it in the settings.',
  },
  refused: {
    status: 422,
    retry: 'after-change',
    help: 'The speech service refused this text or voice. Its words are in the message; change the script or the voice.',
  },
  badAnswer: {
    status: 502,
    retry: 'backoff',
    help: 'The answer of the speech service cannot be used. If it stays so, it is not compatible.',
  },
  failed: {
    status: 500,
    retry: 'backoff',
    help: 'The speech engine ended without a result. The job tries again; the log has what it said.',
  },
})
