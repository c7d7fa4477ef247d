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
    help: 'There is no price for this item on that day, so it is refused instead of being counted as free. "costs prices" lists what there is; "costs prices set" adds one.',
  },
  budgetExceeded: {
    status: 402,
    retry: 'after-change',
    help: 'The estimate does not fit into a budget, so nothing was spent. The answer says how much would fit and when the budget starts anew; raise the budget or ask for less.',
  },
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such budget, price or reservation in this workspace.',
  },
})
