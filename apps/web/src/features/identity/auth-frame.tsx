import type { ReactNode } from 'react'
import { Logo } from '../../shell/logo.tsx'

/** The quiet page around sign-in and password forms. */
export function AuthFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center px-5 py-10">
      <div className="w-full max-w-88">
        <Logo className="mb-8 size-10" />
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 mb-7 text-soft">{lead}</p>
        {children}
      </div>
    </main>
  )
}
