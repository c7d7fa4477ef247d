import { defineErrors } from '../../kernel/errors.ts'

export const videoModelErrors = defineErrors('videoModel', {
  noModel: {
    status: 422,
    retry: 'after-change',
    help: 'This video model is not set up here. docs/configuration.md says which variables each needs; scenes are drawn without one.',
  },
  retired: {
    status: 410,
    retry: 'after-change',
    help: 'The vendor has taken this video model out of service. Use the successor that is named.',
  },
  cannot: {
    status: 422,
    retry: 'after-change',
    help: 'The model does not make footage of this length, shape or size. The message says what it does make.',
  },
  refused: {
    status: 422,
    retry: 'after-change',
    help: 'The vendor refused the prompt or what came of it, usually by its content rules. Change the prompt or the picture.',
  },
  notAllowed: {
    status: 422,
    retry: 'after-change',
    help: 'The vendor does not accept the key, or the account may not use this model. Check it in the settings.',
  },
  unknownOutcome: {
    status: 502,
    retry: 'never',
    help: 'The connection broke while footage was being ordered, and this vendor cannot be asked whether it began. Look into its console before ordering again: it may be billed.',
  },
  expired: {
    status: 410,
    retry: 'never',
    help: 'The footage is no longer kept by the vendor. Order it again.',
  },
  failed: {
    status: 502,
    retry: 'never',
    help: 'The vendor could not make the footage. Ordering it again may work.',
  },
  rateLimited: {
    status: 503,
    retry: 'backoff',
    help: 'The vendor asks to wait, or too much is under way there. The job tries again by itself.',
  },
  unavailable: {
    status: 503,
    retry: 'backoff',
    help: 'The vendor does not answer. The job tries again by itself.',
  },
  badAnswer: {
    status: 502,
    retry: 'backoff',
    help: 'The answer of the vendor cannot be used. If it stays so, its interface has changed.',
  },
})
