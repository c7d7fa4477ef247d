import { defineErrors } from '../../kernel/errors.ts'

export const identityErrors = defineErrors('identity', {
  wrongCredentials: {
    status: 401,
    retry: 'after-change',
    help: 'E-mail and password do not belong together. Passwords are case-sensitive; ask an owner or admin for a new one-time password.',
  },
  tooManyAttempts: {
    status: 429,
    retry: 'backoff',
    help: 'Sign-in is paused after repeated failures, longer each time. Wait for the seconds named in Retry-After.',
  },
  keyRefused: {
    status: 401,
    retry: 'after-change',
    help: 'This API key is unknown, expired or revoked, or its owner left the workspace. Create a new one.',
  },
  passwordChangeRequired: {
    status: 403,
    retry: 'after-change',
    help: 'You signed in with a one-time password. Choose your own first: PATCH /api/v1/me/password, or in the Studio.',
  },
  wrongPassword: {
    status: 422,
    retry: 'after-change',
    help: 'The current password is not right. Passwords are case-sensitive.',
  },
  passwordRefused: {
    status: 422,
    retry: 'after-change',
    help: 'A password has 12 to 128 characters and is not the one before.',
  },
  personOnly: {
    status: 403,
    retry: 'never',
    help: 'Only a signed-in person can do this, not an API key.',
  },
  workspaceNotFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such workspace, or you are not one of its members.',
  },
  memberNotFound: { status: 404, retry: 'never', help: 'There is no such member in this workspace.' },
  keyNotFound: { status: 404, retry: 'never', help: 'There is no such API key in this workspace.' },
  lastOwner: {
    status: 409,
    retry: 'after-change',
    help: 'A workspace keeps at least one owner. Make someone else an owner first.',
  },
  ownersOnly: { status: 403, retry: 'never', help: 'Only an owner can make, change or remove owners.' },
  sharedPerson: {
    status: 409,
    retry: 'after-change',
    help: 'This person also works in other workspaces. Someone who owns all of them has to do this.',
  },
  scopeTooWide: {
    status: 403,
    retry: 'after-change',
    help: 'A key can only be given permissions that you have yourself.',
  },
  roleTooWide: {
    status: 403,
    retry: 'after-change',
    help: 'A role can only be given, and a password only be reset, by someone who may do all that the role allows.',
  },
  alreadyMember: { status: 409, retry: 'never', help: 'This person is already a member of the workspace.' },
  invitationNotFound: {
    status: 404,
    retry: 'never',
    help: 'The invitation is unknown, used, revoked or expired. Ask for a new one.',
  },
  otherAddressee: {
    status: 403,
    retry: 'after-change',
    help: 'The invitation is for another e-mail address. Sign in with that account, or ask for a new invitation.',
  },
  accountExists: {
    status: 409,
    retry: 'after-change',
    help: 'There is already an account with this e-mail address. Sign in and open the invitation again.',
  },
  providerUnavailable: {
    status: 503,
    retry: 'backoff',
    help: 'The sign-in provider does not answer. Try again, or sign in with your password.',
  },
  providerNotFound: { status: 404, retry: 'never', help: 'No such sign-in provider is configured here.' },
})
