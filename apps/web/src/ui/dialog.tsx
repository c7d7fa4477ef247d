import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { cx } from './cx.ts'

type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  lead?: string
  closeLabel: string
  children: ReactNode
  className?: string
}

/** A modal window: keeps the focus inside, closes on Escape, gives the focus back. */
export function Dialog({ open, onOpenChange, title, lead, closeLabel, children, className }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          {...(lead ? {} : { 'aria-describedby': undefined })}
          className={cx(
            'fixed inset-x-4 top-[max(1rem,12dvh)] z-50 mx-auto max-h-[80dvh] max-w-lg animate-slide-up overflow-y-auto rounded-2xl border border-line bg-raised p-6 shadow-high',
            className,
          )}
        >
          <div className="mb-4 flex items-start justify-between gap-4">
            <div>
              <Radix.Title className="text-xl font-semibold tracking-tight">{title}</Radix.Title>
              {lead ? <Radix.Description className="mt-1 text-soft">{lead}</Radix.Description> : null}
            </div>
            <Radix.Close asChild>
              {/* No tooltip here: it would take the first Escape for itself. */}
              <Button look="ghost" size="sm" aria-label={closeLabel} className="-mt-1 -mr-2 w-8 px-0">
                <X />
              </Button>
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
