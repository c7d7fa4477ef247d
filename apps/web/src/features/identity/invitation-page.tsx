'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import type { FormEvent } from 'react'
import { api, ask } from '../../api/client.ts'
import { chooseWorkspace } from '../../api/workspace-choice.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Skeleton } from '../../ui/surface.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { identityMessages } from './messages.ts'
import { signIn } from './session.ts'

const m = identityMessages.invitation

/** What an invitation link opens: join with a new account, or accept as the person who is signed in. */
export function InvitationPage() {
  const router = useRouter()
  const client = useQueryClient()
  const pathToken = usePathname().split('/').filter(Boolean)[1]
  const token = useSearchParams().get('token') ?? (pathToken === 'view' ? '' : (pathToken ?? ''))
  const path = { token }
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => ask(api.GET('/api/v1/invitations/by-token/{token}', { params: { path } })),
    retry: false,
  })

  function enter(workspaceId: string) {
    chooseWorkspace(workspaceId)
    client.clear()
    router.replace('/')
  }
  const accept = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/invitations/by-token/{token}/accept', { params: { path } })),
    onSuccess: ({ workspaceId }) => enter(workspaceId),
  })
  const signUp = useMutation({
    mutationFn: async (body: { name: string; password: string }) => {
      const joined = await ask(
        api.POST('/api/v1/invitations/by-token/{token}/sign-up', { params: { path }, body }),
      )
      await signIn({ email: joined.email, password: body.password })
      return joined
    },
    onSuccess: ({ workspaceId }) => enter(workspaceId),
  })

  if (offer.error) {
    return (
      <AuthFrame title={m.brokenTitle} lead="">
        <ProblemNote error={offer.error} />
      </AuthFrame>
    )
  }
  if (!offer.data) {
    return (
      <AuthFrame title={m.loadingTitle} lead="">
        <Skeleton className="h-40" />
      </AuthFrame>
    )
  }
  const { email, role, workspaceName, hasAccount } = offer.data
  const error = accept.error ?? signUp.error
  return (
    <AuthFrame title={m.title(workspaceName)} lead={m.lead(email, identityMessages.settings.roles[role])}>
      {error ? <ProblemNote error={error} className="mb-4" /> : null}
      {hasAccount ? (
        <div className="flex flex-col gap-2">
          <Button look="primary" size="lg" busy={accept.isPending} onClick={() => accept.mutate()}>
            {m.accept}
          </Button>
          <Button asChild size="lg">
            <Link href={`/sign-in?next=${encodeURIComponent(`/invitations/${token}`)}`}>{m.signIn}</Link>
          </Button>
        </div>
      ) : (
        <form
          method="post"
          className="flex flex-col gap-4"
          onSubmit={(event: FormEvent<HTMLFormElement>) => {
            event.preventDefault()
            const values = new FormData(event.currentTarget)
            signUp.mutate({ name: String(values.get('name')), password: String(values.get('password')) })
          }}
        >
          <TextField label={m.name} name="name" autoComplete="name" required maxLength={100} />
          <TextField
            label={m.password}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={12}
            required
            hint={identityMessages.changePassword.hint}
          />
          <Button type="submit" look="primary" size="lg" busy={signUp.isPending}>
            {m.signUp}
          </Button>
        </form>
      )}
    </AuthFrame>
  )
}
