import { defineErrors } from '../../kernel/errors.ts'

export const videoErrors = defineErrors('videos', {
  badStoryboard: {
    status: 422,
    retry: 'after-change',
    help: 'The storyboard does not fit its schema. The message names the place; docs/storyboard.schema.json says what may stand there.',
  },
  missingMedia: {
    status: 422,
    retry: 'after-change',
    help: 'A scene shows a file that the storyboard does not list or that is not there. Add it to "media" or choose another scene kind.',
  },
  badPicture: {
    status: 422,
    retry: 'after-change',
    help: 'The picture cannot be opened, or one of its sides is longer than 16384 pixels. Save it smaller, as PNG, JPEG or WebP.',
  },
  cyclic: {
    status: 422,
    retry: 'after-change',
    help: 'The arrows of a flow diagram run in a circle. Remove one, or set its layout to "circle".',
  },
  noGlyphs: {
    status: 422,
    retry: 'after-change',
    help: 'None of the bundled typefaces has these characters, so they would be empty boxes. Write them in another script.',
  },
  badLength: {
    status: 422,
    retry: 'after-change',
    help: 'Videos are 15 seconds to 20 minutes long. Change the length, or the script.',
  },
  badTopic: {
    status: 422,
    retry: 'after-change',
    help: 'A topic is one line of 3 to 300 characters. Give longer text as a script with --script.',
  },
  badScript: {
    status: 422,
    retry: 'after-change',
    help: 'A script is plain text of at most 30 000 words, with at least one sentence.',
  },
  badFormula: {
    status: 422,
    retry: 'after-change',
    help: 'Formulas know \\frac, \\sqrt, ^, _, braces, Greek letters and the usual signs. See docs/videos.md.',
  },
  badOutput: {
    status: 422,
    retry: 'after-change',
    help: 'Name a folder for the results with --out. It is made if it does not exist.',
  },
  sceneFailed: {
    status: 500,
    retry: 'backoff',
    help: 'A scene could not be drawn. The message names the scene; the others are kept.',
  },
})
