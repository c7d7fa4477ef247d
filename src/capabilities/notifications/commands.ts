import type { Command } from 'commander'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { tableText } from '../../platform/cli/layout.ts'
import type { Notification } from './notification.ts'

export { webhookCommands } from './webhooks/webhook-commands.ts'

/** `notifications list|read` on the server. */
export function notificationCommands(program: Command, cli: CliContext): void {
  const group = program.command('notifications').description('what happened that you should know')

  group
    .command('list')
    .description('list notifications, newest first')
    .option('--unread', 'only unread ones')
    .action(async (options: { unread?: boolean }) => {
      const items: Notification[] = []
      const api = await cli.api()
      const query = options.unread ? { unread: true } : {}
      for await (const note of api.list<Notification>('/notifications', { query })) items.push(note)
      const rows = items.map(({ id, createdAt, readAt, title }) => ({
        id,
        at: createdAt,
        '': readAt ? '' : 'new',
        title,
      }))
      cli.out({ items }, items.length === 0 ? 'No notifications.' : tableText(rows))
    })

  group
    .command('read')
    .description('mark one notification, or all of them, as read')
    .argument('[notification]', 'id of the notification (default: all)')
    .action(async (notificationId?: string) => {
      const api = await cli.api()
      if (notificationId) {
        await api.post(`/notifications/${encodeURIComponent(notificationId)}/read`)
        return cli.out({ marked: 1 }, 'Marked as read.')
      }
      const answer = await api.post<{ marked: number }>('/notifications/read-all')
      cli.out(answer, `Marked ${answer.marked} as read.`)
    })
}
