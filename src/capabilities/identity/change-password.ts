import { isAPIError } from 'better-auth/api'
import { eq } from 'drizzle-orm'
import { type Auth, longestPassword, shortestPassword } from './auth.ts'
import { identityErrors } from './errors.ts'
import { people } from './schema.ts'
import { type AttemptDeps, openAttempt, succeedAttempt } from './sign-in-attempts.ts'
import { httpErrors } from '../../platform/http/errors.ts'

export type ChangePassword = {
  /** Of the request: the session cookie says whose password it is. */
  headers: Headers
  address: string
  currentPassword: string
  newPassword: string
}

/**
 * Changes the password of the signed-in person, ends all their other sessions, and lifts the duty to change a
 * one-time password. The answer carries the cookie of the renewed session. Wrong current passwords count as failed
 * sign-ins, so a stolen session cannot be used to guess.
 */
export async function changePassword(
  deps: AttemptDeps & { auth: Auth },
  input: ChangePassword,
): Promise<Response> {
  const session = await deps.auth.api.getSession({ headers: input.headers })
  if (!session) throw httpErrors.unauthenticated('Nobody is signed in.')
  const { newPassword, currentPassword } = input
  if (newPassword.length < shortestPassword || newPassword.length > longestPassword) {
    throw identityErrors.passwordRefused(
      `The new password must have ${shortestPassword} to ${longestPassword} characters.`,
    )
  }
  if (newPassword === currentPassword)
    throw identityErrors.passwordRefused('The new password is the current one.')

  const attempt = { email: session.user.email, address: input.address }
  await openAttempt(deps, attempt)
  const answer = await deps.auth.api
    .changePassword({
      body: { currentPassword, newPassword, revokeOtherSessions: true },
      headers: input.headers,
      asResponse: true,
    })
    .catch((error: unknown) => {
      if (isAPIError(error))
        throw identityErrors.wrongPassword('The current password is not right.', { cause: error })
      throw error
    })
  if (!answer.ok) throw identityErrors.wrongPassword('The current password is not right.')
  await succeedAttempt(deps, attempt)
  await deps.db
    .update(people)
    .set({ mustChangePassword: false, updatedAt: deps.now() })
    .where(eq(people.id, session.user.id))
  return answer
}
