import { defineErrors } from '../../kernel/errors.ts'

export const notificationErrors = defineErrors('notifications', {
  notFound: { status: 404, retry: 'never', help: 'There is no such notification for you in this workspace.' },
  webhookNotFound: { status: 404, retry: 'never', help: 'There is no such webhook in this workspace.' },
  deliveryNotFound: {
    status: 404,
    retry: 'never',
    help: 'This webhook has no such delivery. Finished deliveries are kept for 30 days.',
  },
  tooManyWebhooks: {
    status: 409,
    retry: 'after-change',
    help: 'A workspace can have 20 webhooks. Delete one first.',
  },
  secretUnreadable: {
    status: 500,
    retry: 'after-change',
    help: 'The secret of this installation has changed, so the webhook’s own secret cannot be read. Delete the webhook and make it again.',
  },
})
