import { Progress as Radix } from 'radix-ui'
import { cx } from './cx.ts'

/** How far something is, 0 to 100. Without a percent it says only that work goes on. */
export function ProgressBar({
  label,
  percent,
  className,
}: {
  label: string
  percent?: number
  className?: string
}) {
  const shown = percent === undefined ? undefined : Math.min(100, Math.max(0, percent))
  return (
    <Radix.Root
      value={shown === undefined ? null : Math.round(shown)}
      aria-label={label}
      className={cx('h-1.5 w-full overflow-hidden rounded-full bg-neutral-soft', className)}
    >
      <Radix.Indicator
        className={cx(
          'h-full rounded-full bg-accent transition-[width] duration-200 ease-out',
          shown === undefined && 'w-full animate-pulse-soft opacity-60',
        )}
        style={shown === undefined ? undefined : { width: `${shown}%` }}
      />
    </Radix.Root>
  )
}
