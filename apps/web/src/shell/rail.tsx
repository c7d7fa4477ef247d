'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cx } from '../ui/cx.ts'
import { Logo } from './logo.tsx'
import { shellMessages as m } from './messages.ts'
import { isCurrent, navigation } from './navigation.ts'

/** The way around: a rail at the left, icons only on tablets, a bar at the bottom of a phone. */
export function Rail() {
  const pathname = usePathname()
  return (
    <nav
      aria-label={m.mainNavigation}
      className={cx(
        'fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]',
        'md:sticky md:top-0 md:h-dvh md:w-15 md:shrink-0 md:border-t-0 md:border-r md:bg-canvas md:pb-0 lg:w-56',
      )}
    >
      <Link
        href="/"
        tabIndex={-1}
        aria-hidden="true"
        className="hidden h-14 items-center gap-2.5 px-4 font-semibold tracking-tight md:flex lg:px-5"
      >
        <Logo />
        <span className="hidden lg:inline">{m.product}</span>
      </Link>
      <ul className="flex justify-around md:flex-col md:gap-0.5 md:px-2 md:pt-2 lg:px-3">
        {navigation.map(({ href, label, icon: Icon }) => {
          const current = isCurrent(href, pathname)
          return (
            <li key={href} className="flex-1 md:flex-none">
              <Link
                href={href}
                aria-current={current ? 'page' : undefined}
                title={label}
                className={cx(
                  'flex min-h-13 flex-col items-center justify-center gap-1 text-[11px] leading-none font-medium text-soft transition-colors',
                  'md:min-h-10 md:rounded-lg md:text-base md:hover:bg-hover md:hover:text-ink lg:min-h-9 lg:flex-row lg:justify-start lg:gap-3 lg:px-2.5',
                  current &&
                    'text-accent-ink md:bg-accent-soft md:text-accent-ink md:hover:bg-accent-soft md:hover:text-accent-ink',
                )}
              >
                <Icon className="size-5 shrink-0 lg:size-4.5" aria-hidden="true" />
                <span className="max-w-full truncate px-0.5 md:sr-only lg:not-sr-only lg:px-0">{label}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
