'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { AuthFrame } from './auth-frame.tsx'
import { identityMessages } from './messages.ts'
import { PasswordForm } from './password-form.tsx'
import { meQuery } from './session.ts'

const m = identityMessages.changePassword

/** What a person sees after the first sign-in with a one-time password. */
export function ChangePasswordPage() {
  const router = useRouter()
  const client = useQueryClient()
  return (
    <AuthFrame title={m.title} lead={m.lead}>
      <PasswordForm
        oneTime
        onDone={() => {
          client.removeQueries({ queryKey: meQuery.queryKey })
          router.replace('/')
        }}
      />
    </AuthFrame>
  )
}
