import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'

/** A quiet panel: one hairline, no shadow. */
export function Card({ className, ...props }: ComponentProps<'section'>) {
  return <section className={cx('rounded-xl border border-line bg-surface', className)} {...props} />
}

/** Title, one line of explanation, and the page's main actions. */
export function PageHead({
  title,
  lead,
  children,
}: {
  title: ReactNode
  lead?: ReactNode
  children?: ReactNode
}) {
  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="truncate text-2xl font-semibold tracking-tight">{title}</h1>
        {lead ? <p className="mt-1 max-w-prose text-soft">{lead}</p> : null}
      </div>
      {children ? <div className="flex flex-wrap items-center gap-2">{children}</div> : null}
    </header>
  )
}

/** The heading of a part of a page. */
export function SectionHead({
  title,
  children,
  className,
}: {
  title: string
  children?: ReactNode
  className?: string
}) {
  return (
    <div className={cx('mb-3 flex min-h-8 items-center justify-between gap-3', className)}>
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      {children}
    </div>
  )
}

/** What to do first, where nothing is yet. */
export function EmptyState({
  icon,
  title,
  body,
  heading: Heading = 'h2',
  children,
}: {
  icon: ReactNode
  title: string
  body: string
  /** `h1` where it is all that the page has. */
  heading?: 'h1' | 'h2'
  children?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center justify-center rounded-xl border border-dashed border-line-strong px-6 py-14 text-center">
      <div className="mb-4 grid size-11 place-items-center rounded-xl bg-accent-soft text-accent-ink [&_svg]:size-5">
        {icon}
      </div>
      <Heading className="text-lg font-semibold">{title}</Heading>
      <p className="mt-1 max-w-sm text-soft">{body}</p>
      {children ? <div className="mt-5 flex flex-wrap justify-center gap-2">{children}</div> : null}
    </div>
  )
}

/** The shape of what is loading; takes exactly the place that it will take. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={cx('animate-pulse-soft rounded-lg bg-neutral-soft', className)} />
}
