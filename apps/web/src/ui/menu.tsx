import { Check } from 'lucide-react'
import { DropdownMenu as Radix, Popover as RadixPopover } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'

const panel = 'z-50 animate-appear rounded-xl border border-line bg-raised shadow-mid'
const item =
  'flex min-h-8 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 text-base text-ink outline-none ' +
  'data-[highlighted]:bg-hover data-[disabled]:opacity-50 max-md:min-h-10 [&_svg]:size-4 [&_svg]:text-faint'

/** A menu that drops from its trigger. */
export function Menu({
  trigger,
  children,
  align = 'end',
}: {
  trigger: ReactNode
  children: ReactNode
  align?: 'start' | 'end'
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className={cx(panel, 'min-w-52 p-1')}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** One action of a menu; `checked` marks the chosen one of several. */
export function MenuItem({
  onSelect,
  checked,
  children,
  danger,
}: {
  onSelect: () => void
  checked?: boolean
  children: ReactNode
  danger?: boolean
}) {
  return (
    <Radix.Item onSelect={onSelect} className={cx(item, danger && 'text-bad [&_svg]:text-bad')}>
      {children}
      {checked ? <Check className="ml-auto" /> : null}
    </Radix.Item>
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2.5 pt-2 pb-1 text-xs font-medium text-faint">{children}</Radix.Label>
}

export function MenuSeparator() {
  return <Radix.Separator className="my-1 h-px bg-line" />
}

/** A panel that drops from its trigger and may hold anything. */
export function Popover({
  trigger,
  label,
  children,
  className,
}: {
  trigger: ReactNode
  label: string
  children: ReactNode
  className?: string
}) {
  return (
    <RadixPopover.Root>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          align="end"
          sideOffset={8}
          collisionPadding={8}
          aria-label={label}
          className={cx(panel, 'w-[min(24rem,calc(100vw-1rem))] p-2', className)}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  )
}
