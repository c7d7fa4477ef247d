import type { Command } from 'commander'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { tableText } from '../../platform/cli/layout.ts'
import type { AuditEntry } from './audit-entry.ts'

type AuditOptions = {
  action?: string
  actor?: string
  subject?: string
  text?: string
  from?: string
  to?: string
}

/** `audit list` on the server. */
export function auditCommands(program: Command, cli: CliContext): void {
  const group = program.command('audit').description('who did what in this workspace')

  group
    .command('list')
    .description('list what was done, newest first')
    .option('--action <action>', 'exact, or an area with a dot at the end: "member."')
    .option('--actor <id>', 'only by this person or API key')
    .option('--subject <id>', 'only about this')
    .option('--text <words>', 'words in the action, the ids or the detail')
    .option('--from <moment>', 'from this moment on, such as 2026-11-21T00:00:00Z')
    .option('--to <moment>', 'before this moment')
    .action(async ({ actor, subject, ...rest }: AuditOptions) => {
      const items: AuditEntry[] = []
      const api = await cli.api()
      const query = { ...rest, actorId: actor, subjectId: subject }
      for await (const entry of api.list<AuditEntry>('/audit', { query })) items.push(entry)
      const rows = items.map(({ at, actorId, action, subjectId }) => ({
        at,
        who: actorId,
        action,
        subject: subjectId,
      }))
      cli.out({ items }, items.length === 0 ? 'Nothing was done that fits.' : tableText(rows))
    })
}
