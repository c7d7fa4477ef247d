import type { Command } from 'commander'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'
import { readHidden } from './read-hidden.ts'
import type { Secret } from './secret.ts'

/** `secrets set|list|rotate|delete|rotate-key`. Values come from standard input or a prompt, never from arguments. */
export function secretCommands(program: Command, cli: CliContext): void {
  const group = program.command('secrets').description('keys and passwords of services, never shown again')

  group
    .command('list')
    .description('list the names of secrets and when they were changed')
    .action(async () => {
      const listed = await (await cli.api()).get<{ items: Secret[]; keptIn: string }>('/secrets')
      const rows = listed.items.map(({ name, createdAt, changedAt }) => ({
        name,
        set: createdAt,
        changed: changedAt,
      }))
      const table = rows.length === 0 ? 'No secrets are set.' : tableText(rows)
      cli.out(listed, `${table}\n\nKept in ${listed.keptIn}.`)
    })

  group
    .command('set')
    .description('set a secret; its value is asked for, or read from standard input')
    .argument('<name>', 'its name, such as elevenlabs.apiKey')
    .action(async (name: string) => {
      const value = await readHidden(`Value of ${name}: `)
      const secret = await (await cli.api()).put<Secret>(`/secrets/${encodeURIComponent(name)}`, { value })
      cli.out(secret, `${secret.name} is set.`)
    })

  group
    .command('rotate')
    .description('replace the value of a secret that is set; the old one stays readable for the product')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const value = await readHidden(`New value of ${name}: `)
      const path = `/secrets/${encodeURIComponent(name)}/rotate`
      const secret = await (await cli.api()).post<Secret>(path, { value })
      cli.out(secret, `${secret.name} has a new value.`)
    })

  group
    .command('delete')
    .description('delete a secret')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      await (await cli.api()).delete(`/secrets/${encodeURIComponent(name)}`)
      cli.out({ name, deleted: true }, `${name} is deleted.`)
    })

  group
    .command('rotate-key')
    .description('encrypt all local secrets with a new key, or with the first one of CREATOROPS_SECRETS_KEY')
    .action(async () => {
      const result = await (await cli.api()).post<{ rewrapped: number }>('/secrets-key/rotate')
      cli.out(result, `${result.rewrapped} secrets have the new key. Older keys are not needed any more.`)
    })
}
