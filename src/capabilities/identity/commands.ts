import type { Command } from 'commander'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import type { ApiKey } from './api-key.ts'
import type { Invitation, Member } from './workspace.ts'

type Me = { workspaceId: string; permissions: string[] }

/** `keys create|list|revoke` and `members list|invite|role|remove|reset-password`. */
export function identityCommands(program: Command, cli: CliContext): void {
  keyCommands(program.command('keys').description('API keys of this workspace'), cli)
  memberCommands(program.command('members').description('People of this workspace'), cli)
}

function keyCommands(keys: Command, cli: CliContext): void {
  keys
    .command('create <name>')
    .description('create a key; it is shown only once')
    .option('--scope <permission...>', 'what it may do, such as assets.read (default: all that you may)')
    .option('--expires <time>', 'when it ends, such as 2027-01-31T00:00:00Z (default: never)')
    .action(async (name: string, options: { scope?: string[]; expires?: string }) => {
      const api = await cli.api()
      const mine = (await api.get<Me>('/me')).permissions
      // What this machine's own key may do to the installation cannot be handed on.
      const scopes = options.scope ?? mine.filter((permission) => permission !== 'installation.write')
      const body = { name, scopes, expiresAt: options.expires }
      const made = await api.post<ApiKey & { key: string }>('/api-keys', body)
      cli.out(made, `${made.key}\n\nKeep it now; it is not shown again.`)
    })
  keys
    .command('list')
    .description('list the keys')
    .action(async () => {
      const items = await all((await cli.api()).list<ApiKey>('/api-keys'))
      cli.out(
        { items },
        items.map((key) => `${key.id}  ${key.name}  last used ${key.lastUsedAt ?? 'never'}`).join('\n'),
      )
    })
  keys
    .command('revoke <keyId>')
    .description('end a key at once')
    .action(async (keyId: string) => {
      await (await cli.api()).delete(`/api-keys/${encodeURIComponent(keyId)}`)
      cli.out({ keyId, revoked: true }, `${keyId} is revoked.`)
    })
}

function memberCommands(members: Command, cli: CliContext): void {
  const pathOf = async (personId?: string) => {
    const { workspaceId } = await (await cli.api()).get<Me>('/me')
    return `/workspaces/${workspaceId}/members${personId ? `/${encodeURIComponent(personId)}` : ''}`
  }
  members
    .command('list')
    .description('list the members')
    .action(async () => {
      const items = await all((await cli.api()).list<Member>(await pathOf()))
      cli.out(
        { items },
        items.map((member) => `${member.personId}  ${member.role}  ${member.email}`).join('\n'),
      )
    })
  members
    .command('invite <email>')
    .description('make an invitation link for an address')
    .option('--role <role>', 'owner, admin, editor, approver or viewer', 'viewer')
    .action(async (email: string, { role }: { role: string }) => {
      const made = await (await cli.api()).post<Invitation>('/invitations', { email, role })
      cli.out(
        made,
        `${made.url ?? ''}\n\nSend this link to ${email}; it works once, until ${made.expiresAt}.`,
      )
    })
  members
    .command('role <personId> <role>')
    .description('give a member another role')
    .action(async (personId: string, role: string) => {
      const changed = await (await cli.api()).patch<Member>(await pathOf(personId), { role })
      cli.out(changed, `${changed.email} is now ${changed.role}.`)
    })
  members
    .command('remove <personId>')
    .description('take a member out of the workspace')
    .action(async (personId: string) => {
      await (await cli.api()).delete(await pathOf(personId))
      cli.out({ personId, removed: true }, `${personId} is removed.`)
    })
  members
    .command('reset-password <personId>')
    .description('give a member a new one-time password')
    .action(async (personId: string) => {
      const path = `${await pathOf(personId)}/one-time-password`
      const made = await (await cli.api()).post<{ oneTimePassword: string }>(path)
      cli.out(made, `${made.oneTimePassword}\n\nIt has to be changed at the first sign-in.`)
    })
}

async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of list) items.push(item)
  return items
}
