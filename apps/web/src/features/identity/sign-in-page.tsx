'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearchParams } from 'next/navigation'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Problem } from '../../api/problem.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { identityMessages } from './messages.ts'
import { meQuery, signIn, signInOptionsQuery, startProviderSignIn } from './session.ts'

const m = identityMessages.signIn

/** Sign-in with a password or through a connected provider. */
export function SignInPage() {
  const router = useRouter()
  const client = useQueryClient()
  const returnTo = safeReturn(useSearchParams().get('next'))
  const options = useQuery(signInOptionsQuery)
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const passwordRef = useRef<HTMLInputElement>(null)
  // Until React listens, a press of Enter would send the form the browser's own way.
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setError(undefined)
    try {
      await signIn({ email: String(form.get('email')), password: String(form.get('password')) })
      client.clear()
      const me = await client.fetchQuery(meQuery)
      router.replace(me.person?.mustChangePassword ? '/change-password' : returnTo)
    } catch (failure) {
      setError(refusal(failure))
      setBusy(false)
      passwordRef.current?.select()
    }
  }

  const providers = options.data?.providers ?? []
  return (
    <AuthFrame title={m.title} lead={m.lead}>
      <form method="post" onSubmit={submit} className="flex flex-col gap-4">
        <TextField label={m.email} name="email" type="email" autoComplete="username" required autoFocus />
        <TextField
          ref={passwordRef}
          label={m.password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          error={error}
        />
        <Button type="submit" look="primary" size="lg" className="mt-1" busy={busy || !ready}>
          {busy ? m.submitting : m.submit}
        </Button>
      </form>
      {providers.length > 0 ? (
        <>
          <p className="my-4 flex items-center gap-3 text-sm text-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
            {m.or}
          </p>
          <div className="flex flex-col gap-2">
            {providers.map((provider) => (
              <Button
                key={provider.id}
                size="lg"
                onClick={() => {
                  startProviderSignIn(provider.id, returnTo).catch((failure: unknown) =>
                    setError(problemText(failure)),
                  )
                }}
              >
                {m.withProvider(provider.name)}
              </Button>
            ))}
          </div>
        </>
      ) : null}
      <p className="mt-6 text-sm text-faint">{m.firstTime}</p>
    </AuthFrame>
  )
}

/** Only our own pages, so that a forged link cannot send a person away after signing in. */
function safeReturn(next: string | null): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : '/'
}

function refusal(failure: unknown): string {
  if (!(failure instanceof Problem)) return problemText(failure)
  if (failure.status === 401) return m.wrong
  if (failure.status !== 423 && failure.status !== 429) return problemText(failure)
  const { retryAfterS, lockedUntil } = failure.members
  const untilMs =
    typeof lockedUntil === 'string'
      ? Date.parse(lockedUntil)
      : typeof retryAfterS === 'number'
        ? Date.now() + retryAfterS * 1000
        : Number.NaN
  if (Number.isNaN(untilMs)) return m.lockedSoon
  return m.locked(new Date(untilMs).toLocaleTimeString(undefined, { timeZoneName: 'short' }))
}
