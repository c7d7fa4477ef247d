'use client'
import { useQuery } from '@tanstack/react-query'
import { Bell } from 'lucide-react'
import Link from 'next/link'
import type { Notification, Production } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { formatAgo } from '../../ui/format.ts'
import { Popover } from '../../ui/menu.tsx'
import { productionsQuery } from '../productions/production-queries.ts'
import { notificationMessages as m } from './messages.ts'
import { notificationsQuery, useMarkRead } from './notification-queries.ts'

/** The bell: what happened while you looked elsewhere. */
export function NotificationsPopover() {
  const page = useQuery(notificationsQuery).data
  const notifications = page?.items ?? []
  const unreadCount = page?.unreadCount ?? 0
  const markRead = useMarkRead()

  const trigger = (
    <Button
      look="ghost"
      aria-label={unreadCount > 0 ? m.unread(unreadCount) : m.label}
      className="relative w-9 px-0"
    >
      <Bell aria-hidden="true" />
      {unreadCount > 0 ? (
        <span className="absolute top-1.5 right-1.5 size-2 rounded-full bg-accent ring-2 ring-canvas" />
      ) : null}
    </Button>
  )

  return (
    <Popover trigger={trigger} label={m.label}>
      {notifications.length === 0 ? <p className="px-3 py-6 text-center text-soft">{m.none}</p> : null}
      <ul className="max-h-96 overflow-y-auto">
        {notifications.map((notification) => (
          <Item
            key={notification.id}
            notification={notification}
            onOpen={() => markRead.mutate(notification)}
          />
        ))}
      </ul>
      {unreadCount > 0 ? (
        <div className="mt-1 border-t border-line pt-1">
          <Button look="ghost" size="sm" className="w-full" onClick={() => markRead.mutate(undefined)}>
            {m.markAll}
          </Button>
        </div>
      ) : null}
    </Popover>
  )
}

function Item({ notification, onOpen }: { notification: Notification; onOpen: () => void }) {
  const productions = useQuery(productionsQuery).data?.items ?? []
  const href = subjectHref(notification.subjectId, productions)
  const body = (
    <>
      <span
        className={cx(
          'mt-1.5 size-2 shrink-0 rounded-full',
          notification.readAt ? 'bg-transparent' : 'bg-accent',
        )}
      >
        {notification.readAt ? null : <span className="sr-only">{m.isUnread}</span>}
      </span>
      <span className="min-w-0">
        <span className="block font-medium">{notification.title}</span>
        {notification.body ? <span className="block text-soft">{notification.body}</span> : null}
        <span className="mt-0.5 block text-xs text-faint">{formatAgo(notification.createdAt)}</span>
      </span>
    </>
  )
  const look = 'flex w-full gap-2.5 rounded-lg px-2.5 py-2 text-left hover:bg-hover'
  return (
    <li>
      {href ? (
        <Link href={href} className={look} onClick={onOpen}>
          {body}
        </Link>
      ) : (
        <button type="button" className={look} onClick={onOpen}>
          {body}
        </button>
      )}
    </li>
  )
}

function subjectHref(subjectId: string, productions: Production[]): string | undefined {
  const production = productions.find(({ id }) => id === subjectId)
  if (production?.state === 'succeeded') return hrefs.asset(production.assetId)
  if (production) return hrefs.run(production.runId)
  if (subjectId.startsWith('batch_')) return hrefs.batch(subjectId)
  if (subjectId.startsWith('stitch_')) return '/batches'
  if (subjectId.startsWith('run_')) return hrefs.run(subjectId)
  if (subjectId.startsWith('asset_')) return hrefs.asset(subjectId)
  if (subjectId.startsWith('draft_')) return hrefs.draft(subjectId)
  if (subjectId.startsWith('hook_')) return '/settings?section=webhooks'
  return undefined
}
