import type { ReactNode } from 'react'

/** A key, as printed on a keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-line bg-neutral-soft px-1 font-sans text-[11px] font-medium text-soft">
      {children}
    </kbd>
  )
}
