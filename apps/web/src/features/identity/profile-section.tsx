'use client'
import { useQuery } from '@tanstack/react-query'
import { Card, SectionHead } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { identityMessages } from './messages.ts'
import { PasswordForm } from './password-form.tsx'
import { meQuery } from './session.ts'

const m = identityMessages.settings

/** Who I am, and my password. */
export function ProfileSection() {
  const person = useQuery(meQuery).data?.person
  return (
    <>
      <SectionHead title={m.profile} />
      <p className="-mt-2 mb-4 text-soft">{m.profileLead}</p>
      <Card className="px-4 py-3">
        <p className="font-medium">{person?.name}</p>
        <p className="text-soft">{person?.email}</p>
      </Card>
      <SectionHead title={m.password} className="mt-8" />
      <div className="max-w-md">
        <PasswordForm onDone={() => toast.success(identityMessages.changePassword.done)} />
      </div>
    </>
  )
}
