import { cx } from '../ui/cx.ts'

/** The mark: a waveform on the accent. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={cx('size-6', className)} aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path d="M9 10.5v11M14 8v16M19 12v8M24 9.5v13" stroke="white" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  )
}
