import { defineErrors } from '../../../kernel/errors.ts'

export const captionErrors = defineErrors('captions', {
  unreadable: {
    status: 422,
    retry: 'after-change',
    help: 'The caption file breaks its format at the named place. Correct it there, or export it again.',
  },
  badTimes: {
    status: 422,
    retry: 'after-change',
    help: 'Captions must start at 0 or later, end after they start, and not overlap. Correct the named caption.',
  },
  badWords: {
    status: 422,
    retry: 'after-change',
    help: 'Words are a JSON list of {"text", "startMs", "endMs", "confidence"}: times in milliseconds, in order, confidence from 0 to 1.',
  },
  empty: {
    status: 422,
    retry: 'after-change',
    help: 'There is no text to caption.',
  },
  needsWords: {
    status: 422,
    retry: 'after-change',
    help: 'Give one of: a recording (with --script SCRIPT.txt when its text is known), --words WORDS.json, or --convert CAPTIONS.srt.',
  },
  badOutput: {
    status: 422,
    retry: 'after-change',
    help: 'Name the output file .srt, .vtt or .ass.',
  },
})
