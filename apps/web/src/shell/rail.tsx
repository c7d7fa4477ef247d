'use client'
import { Ellipsis } from 'lucide-react'
import Link from 'next/link'
import { usePathname, useRouter } from 'next/navigation'
import { cx } from '../ui/cx.ts'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { Logo } from './logo.tsx'
import { shellMessages as m } from './messages.ts'
import { isCurrent, navigation, type NavigationEntry, navigationGroups } from './navigation.ts'

const place =
  'flex min-h-13 w-full flex-col items-center justify-center gap-1 text-[11px] leading-none font-medium text-soft transition-colors ' +
  'md:min-h-10 md:rounded-lg md:text-base md:hover:bg-hover md:hover:text-ink lg:min-h-9 lg:flex-row lg:justify-start lg:gap-3 lg:px-2.5'
const currentPlace =
  'text-accent-ink md:bg-accent-soft md:text-accent-ink md:hover:bg-accent-soft md:hover:text-accent-ink'

/** The way around: a rail at the left, icons only on tablets, a bar at the bottom of a phone. */
export function Rail() {
  const pathname = usePathname()
  return (
    <nav
      aria-label={m.mainNavigation}
      className={cx(
        'fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]',
        'md:sticky md:top-0 md:h-dvh md:w-15 md:shrink-0 md:overflow-y-auto md:border-t-0 md:border-r md:bg-canvas md:pb-0 lg:w-56',
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
      <ul className="flex justify-around md:flex-col md:gap-3 md:px-2 md:pt-2 md:pb-4 lg:px-3">
        {navigationGroups.map((group) => (
          <li
            key={group}
            className="contents md:block md:border-t md:border-line md:pt-3 md:first:border-t-0 md:first:pt-0"
          >
            <p className="hidden px-2.5 pb-1 text-xs font-medium text-faint lg:block" aria-hidden="true">
              {m.navigationGroups[group]}
            </p>
            <ul className="contents md:flex md:flex-col md:gap-0.5" aria-label={m.navigationGroups[group]}>
              {navigation
                .filter((entry) => entry.group === group)
                .map((entry) => (
                  <Place key={entry.href} entry={entry} isCurrent={isCurrent(entry.href, pathname)} />
                ))}
            </ul>
          </li>
        ))}
        <li className="flex-1 md:hidden">
          <MorePlaces pathname={pathname} />
        </li>
      </ul>
    </nav>
  )
}

function Place({ entry, isCurrent }: { entry: NavigationEntry; isCurrent: boolean }) {
  const { href, label, icon: Icon } = entry
  return (
    <li className={cx('min-w-0 flex-1 md:flex-none', !entry.isOnPhone && 'max-md:hidden')}>
      <Link
        href={href}
        aria-current={isCurrent ? 'page' : undefined}
        title={label}
        className={cx(place, isCurrent && currentPlace)}
      >
        <Icon className="size-5 shrink-0 lg:size-4.5" aria-hidden="true" />
        <span className="max-w-full truncate px-0.5 md:sr-only lg:not-sr-only lg:px-0">{label}</span>
      </Link>
    </li>
  )
}

/** What a phone's bar has no room for. */
function MorePlaces({ pathname }: { pathname: string }) {
  const router = useRouter()
  const others = navigation.filter(({ isOnPhone }) => !isOnPhone)
  const isHere = others.some(({ href }) => isCurrent(href, pathname))
  return (
    <Menu
      trigger={
        <button type="button" className={cx(place, isHere && currentPlace)}>
          <Ellipsis className="size-5 shrink-0" aria-hidden="true" />
          <span className="max-w-full truncate px-0.5">{m.morePlaces}</span>
        </button>
      }
    >
      {others.map(({ href, label, icon: Icon }) => (
        <MenuItem key={href} onSelect={() => router.push(href)} checked={isCurrent(href, pathname)}>
          <Icon /> {label}
        </MenuItem>
      ))}
    </Menu>
  )
}
