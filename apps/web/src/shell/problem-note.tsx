'use client'
import { CircleAlert } from 'lucide-react'
import { Problem } from '../api/problem.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { shellMessages as m } from './messages.ts'

type Failure = { message: string; help?: string; code?: string; requestId?: string }

/** What happened, what to do, and the id to quote. For a refused request or a failed run. */
export function ProblemNote({
  error,
  onRetry,
  className,
}: {
  error: Error | Failure
  onRetry?: () => void
  className?: string
}) {
  const { message, help, code, requestId } = facts(error)
  return (
    <div role="alert" className={cx('flex gap-3 rounded-xl border border-bad/30 bg-bad-soft p-4', className)}>
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="font-medium text-ink">{message}</p>
        {help ? <p className="mt-1 text-soft">{help}</p> : null}
        {code || requestId ? (
          <p className="mt-2 font-mono text-xs break-all text-soft select-all">
            {[code, requestId && `${m.requestId} ${requestId}`].filter(Boolean).join(' · ')}
          </p>
        ) : null}
        {onRetry ? (
          <Button size="sm" className="mt-3" onClick={onRetry}>
            {m.retry}
          </Button>
        ) : null}
      </div>
    </div>
  )
}

function facts(error: Error | Failure): Failure {
  if (error instanceof Problem) return error
  if (error instanceof Error) return { message: error.message }
  return error
}

/** The same in one line for a toast. */
export function problemText(error: unknown): string {
  if (error instanceof Problem) return error.help ? `${error.message} ${error.help}` : error.message
  return error instanceof Error ? error.message : String(error)
}
