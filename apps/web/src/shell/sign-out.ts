'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { signOut } from '../features/identity/session.ts'

/** Ends the session and forgets everything this browser has read. */
export function useSignOut(): () => void {
  const client = useQueryClient()
  const router = useRouter()
  return () => {
    void signOut().finally(() => {
      client.clear()
      router.replace('/sign-in')
    })
  }
}
