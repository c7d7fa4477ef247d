import { defineErrors } from '../../kernel/errors.ts'

export const transcribeErrors = defineErrors('transcribe', {
  noEngine: {
    status: 422,
    retry: 'after-change',
    help: 'Nothing on this machine can write speech down. Give the script, which is put to the sound without any set-up; or install pocketsphinx, put Whisper weights into MODELS_DIR, or set TRANSCRIBE_URL or TRANSCRIBE_BUCKET.',
  },
  engineMissing: {
    status: 422,
    retry: 'after-change',
    help: 'This engine is not set up here. `creatorops doctor` and docs/captions.md say what each needs.',
  },
  needsScript: {
    status: 422,
    retry: 'after-change',
    help: 'This engine puts a known text to the sound. Give the script, or choose an engine that listens.',
  },
  language: {
    status: 422,
    retry: 'after-change',
    help: 'The engine does not know this language. Leave the choice of the engine to CreatorOps, or set up one that does.',
  },
  badScript: {
    status: 422,
    retry: 'after-change',
    help: 'The script must be plain text with at least one word, at most 20,000 words.',
  },
  badSound: {
    status: 422,
    retry: 'never',
    help: 'The sound of the recording cannot be read. Check it with `creatorops media probe`.',
  },
  nothingHeard: {
    status: 422,
    retry: 'after-change',
    help: 'No speech was found in the sound. If there is some, give the script or another engine.',
  },
  rateLimited: {
    status: 503,
    retry: 'backoff',
    help: 'The transcription service asks to wait. The job tries again by itself.',
  },
  unavailable: {
    status: 503,
    retry: 'backoff',
    help: 'The transcription service does not answer. The job tries again; check its address if that does not help.',
  },
  refused: {
    status: 422,
    retry: 'after-change',
    help: 'The transcription service refused the sound. Its words are in the message; check key, model and limits.',
  },
  badAnswer: {
    status: 502,
    retry: 'backoff',
    help: 'The answer of the transcription service cannot be used. If it stays so, it is not compatible.',
  },
  failed: {
    status: 500,
    retry: 'backoff',
    help: 'The engine ended without a result. The job tries again; the log has what it said.',
  },
})
