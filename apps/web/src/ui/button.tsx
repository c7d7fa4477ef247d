import { Slot } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'
import { Tooltip } from './tooltip.tsx'

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover shadow-low',
  secondary: 'border border-line-strong bg-surface text-ink hover:bg-hover shadow-low',
  ghost: 'text-soft hover:bg-hover hover:text-ink',
  danger: 'border border-line-strong bg-surface text-bad hover:bg-bad-soft hover:border-bad/40',
} as const

const sizes = {
  sm: 'h-8 gap-1.5 px-2.5 text-sm',
  md: 'h-9 gap-2 px-3.5 text-base',
  lg: 'h-11 gap-2 px-5 text-lg',
} as const

type Look = keyof typeof looks
type Size = keyof typeof sizes

const base =
  'inline-flex shrink-0 select-none items-center justify-center rounded-lg font-medium whitespace-nowrap ' +
  'transition-colors duration-100 disabled:pointer-events-none disabled:opacity-50 ' +
  'pointer-coarse:min-h-10 pointer-coarse:min-w-10 max-md:min-h-10 [&_svg]:size-4 [&_svg]:shrink-0'

export type ButtonProps = ComponentProps<'button'> & {
  look?: Look
  size?: Size
  asChild?: boolean
  busy?: boolean
}

/** A button. `asChild` puts the look on a link; `busy` keeps the width and refuses a second click. */
export function Button({ look = 'secondary', size = 'md', asChild, busy, className, ...props }: ButtonProps) {
  const classes = cx(base, looks[look], sizes[size], className)
  if (asChild) return <Slot.Root className={classes} {...props} />
  return <button type="button" className={classes} aria-busy={busy} disabled={busy} {...props} />
}

export type IconButtonProps = Omit<ButtonProps, 'aria-label' | 'children'> & {
  /** Names the button for everybody: tooltip and accessible name. */
  label: string
  shortcut?: string
  children: ReactNode
}

/** A square button with only an icon; its label is the tooltip and the accessible name. */
export function IconButton({
  label,
  shortcut,
  look = 'ghost',
  size = 'md',
  className,
  ...props
}: IconButtonProps) {
  return (
    <Tooltip label={label} shortcut={shortcut}>
      <Button
        look={look}
        size={size}
        aria-label={label}
        className={cx('px-0', size === 'sm' ? 'w-8' : 'w-9', 'max-md:min-w-10', className)}
        {...props}
      />
    </Tooltip>
  )
}
