'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import type { Notification } from '../../api/shapes.ts'

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: () => ask(api.GET('/api/v1/notifications', { params: { query: { limit: 30 } } })),
})

/** Marks one as read, or all without one: at once on the page, then on the server. */
export function useMarkRead() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (notification?: Notification) => {
      if (!notification) await ask(api.POST('/api/v1/notifications/read-all'))
      else {
        const params = { path: { notificationId: notification.id } }
        await ask(api.POST('/api/v1/notifications/{notificationId}/read', { params }))
      }
    },
    onMutate: (notification) => {
      const readAt = new Date().toISOString()
      client.setQueryData(notificationsQuery.queryKey, (page) => {
        if (!page) return page
        const items = page.items.map((item) =>
          !notification || item.id === notification.id ? { ...item, readAt } : item,
        )
        return { ...page, items, unreadCount: notification ? Math.max(0, page.unreadCount - 1) : 0 }
      })
    },
    onSettled: () => client.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
  })
}
