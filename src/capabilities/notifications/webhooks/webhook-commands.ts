import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'
import type { Delivery, Webhook } from './webhook.ts'

const pathOf = (webhookId: string) => `/webhooks/${encodeURIComponent(webhookId)}`

/** `webhooks list|create|delete|enable|deliveries|replay|ping` on the server. */
export function webhookCommands(program: Command, cli: CliContext): void {
  const group = program.command('webhooks').description('addresses that are called when something happens')

  group
    .command('list')
    .description('list webhooks')
    .action(async () => {
      const answer = await (await cli.api()).get<{ items: Webhook[] }>('/webhooks')
      const rows = answer.items.map(({ id, enabled, url, disabledBecause }) => ({
        id,
        state: enabled ? 'on' : 'off',
        url,
        '': disabledBecause ?? '',
      }))
      cli.out(answer, rows.length === 0 ? 'No webhooks.' : tableText(rows))
    })

  group
    .command('create')
    .description('have an address called; its secret is shown only once')
    .argument('<url>', 'https://…')
    .option('--event <type...>', 'only these events, such as run.failed (default: all)')
    .action(async (url: string, options: { event?: string[] }) => {
      const body = { url, events: options.event }
      const made = await (await cli.api()).post<Webhook & { secret: string }>('/webhooks', body)
      cli.out(made, `${made.id}\n${made.secret}\n\nKeep the secret now; it is not shown again.`)
    })

  group
    .command('enable')
    .description('switch a webhook on again; what was waiting for it is sent')
    .argument('<webhook>', 'id of the webhook')
    .action(async (webhookId: string) => {
      const changed = await (await cli.api()).patch<Webhook>(pathOf(webhookId), { enabled: true })
      cli.out(changed, `${changed.id} is on.`)
    })

  group
    .command('delete')
    .description('delete a webhook with its deliveries')
    .argument('<webhook>', 'id of the webhook')
    .action(async (webhookId: string) => {
      await (await cli.api()).delete(pathOf(webhookId))
      cli.out({ deleted: webhookId }, `Deleted ${webhookId}.`)
    })

  group
    .command('deliveries')
    .description('list what was sent or waits, newest first')
    .argument('<webhook>', 'id of the webhook')
    .option('--state <state>', 'only pending, delivered or failed')
    .action(async (webhookId: string, options: { state?: string }) => {
      const items: Delivery[] = []
      const query = { state: options.state }
      const api = await cli.api()
      for await (const one of api.list<Delivery>(`${pathOf(webhookId)}/deliveries`, { query }))
        items.push(one)
      cli.out({ items }, items.length === 0 ? 'No deliveries.' : tableText(items.map(rowOf)))
    })

  group
    .command('replay')
    .description('send a delivery again, under the same id')
    .argument('<webhook>', 'id of the webhook')
    .argument('<delivery>', 'id of the delivery')
    .action(async (webhookId: string, deliveryId: string) => {
      const path = `${pathOf(webhookId)}/deliveries/${encodeURIComponent(deliveryId)}/replay`
      cli.out(await (await cli.api()).post<Delivery>(path), `${deliveryId} is sent again.`)
    })

  group
    .command('ping')
    .description('send a test and show what came of it')
    .argument('<webhook>', 'id of the webhook')
    .action(async (webhookId: string) => {
      const api = await cli.api()
      const { id } = await api.post<Delivery>(`${pathOf(webhookId)}/ping`)
      const deadline = performance.now() + 30_000
      for (;;) {
        const query = { limit: 20 }
        const page = await api.get<{ items: Delivery[] }>(`${pathOf(webhookId)}/deliveries`, { query })
        const ping = page.items.find((one) => one.id === id)
        if (!ping || ping.state !== 'pending' || performance.now() > deadline) {
          return cli.out(ping ?? { id }, ping ? tableText([rowOf(ping)]) : id)
        }
        await delay(250, undefined, { signal: cli.signal })
      }
    })
}

function rowOf({ id, type, state, attempts, createdAt }: Delivery) {
  const last = attempts.at(-1)
  const answer = last ? (last.status ?? last.error ?? '') : ''
  return { id, at: createdAt, type, state, attempts: attempts.length, answer }
}
