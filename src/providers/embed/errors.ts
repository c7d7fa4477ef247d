import { defineErrors } from '../../kernel/errors.ts'

export const embedErrors = defineErrors('embed', {
  badInput: {
    status: 422,
    retry: 'after-change',
    help: 'Between 1 and 256 texts can be embedded at once, each with at least one letter or digit and at most 100,000 characters.',
  },
  badImage: {
    status: 422,
    retry: 'never',
    help: 'The picture cannot be read. JPEG, PNG, WebP, AVIF and GIF with at most 50 million pixels can.',
  },
  noModel: {
    status: 422,
    retry: 'after-change',
    help: 'This model is not set up here. docs/embeddings.md says what each needs.',
  },
  rateLimited: {
    status: 503,
    retry: 'backoff',
    help: 'The embedding service asks to wait. The job tries again by itself.',
  },
  unavailable: {
    status: 503,
    retry: 'backoff',
    help: 'The embedding service does not answer. The job tries again; check its address if that does not help.',
  },
  notAllowed: {
    status: 422,
    retry: 'after-change',
    help: 'The embedding service does not accept the key, or the key may not use this model. Check it in the settings.',
  },
  refused: {
    status: 422,
    retry: 'after-change',
    help: 'The embedding service refused the text or the model. Its words are in the message.',
  },
  badAnswer: {
    status: 502,
    retry: 'backoff',
    help: 'The answer of the embedding service cannot be used. If it stays so, it is not compatible.',
  },
})
