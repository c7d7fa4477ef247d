import type { ReactNode } from 'react'
import { cx } from './cx.ts'

export const tones = {
  neutral: 'bg-neutral-soft text-soft',
  accent: 'bg-accent-soft text-accent-ink',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
} as const

export type Tone = keyof typeof tones

/** A word for a state, always in the colour of that state. */
export function Badge({
  tone = 'neutral',
  children,
  pulse,
}: {
  tone?: Tone
  children: ReactNode
  pulse?: boolean
}) {
  return (
    <span
      className={cx(
        'inline-flex h-5.5 shrink-0 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      <span className={cx('size-1.5 rounded-full bg-current', pulse && 'animate-pulse-soft')} />
      {children}
    </span>
  )
}
