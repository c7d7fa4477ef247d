'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { usePathname, useRouter } from 'next/navigation'
import { type ReactNode, useEffect } from 'react'
import { signedOutEvent } from '../api/client.ts'
import { Problem } from '../api/problem.ts'
import { chooseWorkspace } from '../api/workspace-choice.ts'
import { meQuery } from '../features/identity/session.ts'
import { Skeleton } from '../ui/surface.tsx'
import { ProblemNote } from './problem-note.tsx'

/** Lets only signed-in people with their own password through; all others go to the page that is theirs. */
export function SessionGate({ children }: { children: ReactNode }) {
  const router = useRouter()
  const pathname = usePathname()
  const client = useQueryClient()
  const me = useQuery(meQuery)
  const mustChangePassword = me.data?.person?.mustChangePassword === true

  const isSignedOut = me.error instanceof Problem && me.error.status === 401

  useEffect(() => {
    function leave() {
      const next = location.pathname + location.search
      router.replace(next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`)
    }
    // The frame around this may have asked first, and the answer may have come before anybody listened here.
    if (isSignedOut) leave()
    window.addEventListener(signedOutEvent, leave)
    return () => window.removeEventListener(signedOutEvent, leave)
  }, [router, isSignedOut])

  useEffect(() => {
    if (mustChangePassword) router.replace('/change-password')
  }, [mustChangePassword, router])

  useEffect(() => {
    // A remembered workspace that this person has left must not lock them out.
    if (me.error instanceof Problem && (me.error.status === 403 || me.error.status === 404)) {
      chooseWorkspace(undefined)
      void client.invalidateQueries({ queryKey: meQuery.queryKey })
    }
  }, [me.error, client])

  if (me.data && !mustChangePassword) return children
  if (me.error && !isSignedOut) {
    return <ProblemNote error={me.error} onRetry={() => void me.refetch()} className="m-6 max-w-xl" />
  }
  return <PageSkeleton key={pathname} />
}

/** The outline of a page while the session is being read. */
export function PageSkeleton() {
  return (
    <div className="flex flex-col gap-4" aria-busy="true">
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-44 w-full" />
      <Skeleton className="h-64 w-full" />
    </div>
  )
}
