'use client'
import { type ReactNode, Suspense } from 'react'
import { LiveUpdates } from './live-updates.tsx'
import { shellMessages as m } from './messages.ts'
import { Rail } from './rail.tsx'
import { PageSkeleton, SessionGate } from './session-gate.tsx'
import { TopBar } from './top-bar.tsx'

/** Rail, top bar and the page between them. */
export function StudioFrame({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        {m.skipToContent}
      </a>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col pb-16 md:pb-0">
        <TopBar />
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-400 flex-1 px-4 py-5 outline-none md:px-8 md:py-7"
        >
          <Suspense fallback={<PageSkeleton />}>
            <SessionGate>
              <LiveUpdates />
              {children}
            </SessionGate>
          </Suspense>
        </main>
      </div>
    </div>
  )
}
