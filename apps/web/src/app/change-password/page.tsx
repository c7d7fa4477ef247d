import type { Metadata } from 'next'
import { Suspense } from 'react'
import { ChangePasswordPage } from '../../features/identity/change-password-page.tsx'

export const metadata: Metadata = { title: 'Choose a password' }

export default function Page() {
  return (
    <Suspense>
      <ChangePasswordPage />
    </Suspense>
  )
}
