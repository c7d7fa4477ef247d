import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Actor } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { attemptDelivery, claimDue, type DeliverDeps } from './deliver-due.ts'
import { listDeliveries } from './deliveries.ts'

const all = ['webhooks.read', 'webhooks.write', 'notifications.read']
export const admin: Actor = {
  kind: 'person',
  id: 'person_ann',
  workspaceId: 'ws_1',
  permissions: new Set(all),
}
export const stranger: Actor = { ...admin, workspaceId: 'ws_2' }
export const nobody: Actor = { ...admin, permissions: new Set() }
export const failed = {
  type: 'run.failed',
  workspaceId: 'ws_1',
  subjectId: 'run_1',
  data: { state: 'failed' },
}

export type Call = { headers: IncomingHttpHeaders; body: string }

/** A receiver that answers with these statuses in turn, the last one for ever. */
export async function withReceiver(
  statuses: number[],
  check: (receiver: { url: string; calls: Call[] }) => Promise<void>,
): Promise<void> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const status = statuses[Math.min(calls.length, statuses.length - 1)]!
      calls.push({ headers: request.headers, body })
      response.writeHead(status).end(`answer ${calls.length} ${'.'.repeat(2_000)}`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await check({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, calls })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

export const clock = { at: new Date('2026-11-21T10:00:00Z') }
export const depsOf = (db: Db): DeliverDeps => ({
  db,
  secret: 's'.repeat(40),
  fetchAllow: ['127.0.0.1'],
  now: () => clock.at,
})

/** Attempts everything that is due at a time, once. Returns how many. */
export async function deliverAt(deps: DeliverDeps, at: Date): Promise<number> {
  const then = { ...deps, now: () => at }
  const due = await claimDue(then, 50)
  for (const one of due) await attemptDelivery(then, one)
  return due.length
}

export const later = (minutes: number) => new Date(clock.at.getTime() + minutes * 60_000)
export const deliveriesOf = async (db: Db, webhookId: string) =>
  (await listDeliveries({ db }, { actor: admin, webhookId, limit: 50 })).items
