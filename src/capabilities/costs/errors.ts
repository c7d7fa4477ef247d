import { defineErrors } from '../../kernel/errors.ts'

export const costErrors = defineErrors('costs', {
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'Quantities and amounts are zero or more, amounts are whole micros, and a range of days ends after it begins.',
  },
  unknownPrice: {
    status: 422,
    retry: 'after-change',
    help: 'The price table has no row for this item on that day. "GET /costs/prices" lists what it has.',
  },
})
