import { type Command, Option } from 'commander'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { fieldsText, tableText } from '../../platform/cli/layout.ts'
import { adaptationCommands } from './adaptations/adaptation-commands.ts'
import { type Draft, draftStages } from './draft.ts'

/** `drafts list|show|create|edit|archive` on the server, and their adaptations. */
export function draftCommands(program: Command, cli: CliContext): void {
  const group = program.command('drafts').description('texts on their way to being published')

  group
    .command('list')
    .description('list drafts, newest first')
    .addOption(
      new Option('--stage <stage>', 'only this stage (default: all but archived)').choices([...draftStages]),
    )
    .action(async (options: { stage?: string }) => {
      const items: Draft[] = []
      const api = await cli.api()
      for await (const draft of api.list<Draft>('/drafts', { query: options })) items.push(draft)
      const rows = items.map(({ id, stage, title, updatedAt }) => ({ id, stage, updated: updatedAt, title }))
      cli.out({ items }, items.length === 0 ? 'No drafts yet.' : tableText(rows))
    })

  group
    .command('show')
    .description('show one draft')
    .argument('<draft>', 'id of the draft')
    .action(async (draftId: string) => {
      const draft = await (await cli.api()).get<Draft>(`/drafts/${encodeURIComponent(draftId)}`)
      const { body, ...fields } = draft
      cli.out(draft, `${fieldsText(fields)}${body ? `\n\n${body}` : ''}`)
    })

  group
    .command('create')
    .description('write a draft')
    .argument('<title>', 'its title')
    .option('--text <text>', 'its text', '')
    .action(async (title: string, options: { text: string }) => {
      const draft = await (await cli.api()).post<Draft>('/drafts', { title, body: options.text })
      cli.out(draft, `Wrote "${draft.title}" (${draft.id}).`)
    })

  group
    .command('edit')
    .description('change the title or text of a draft')
    .argument('<draft>', 'id of the draft')
    .option('--title <title>', 'the new title')
    .option('--text <text>', 'the new text')
    .action(async (draftId: string, options: { title?: string; text?: string }) => {
      const api = await cli.api()
      const path = `/drafts/${encodeURIComponent(draftId)}`
      const { version } = await api.get<Draft>(path)
      const change = { title: options.title, body: options.text }
      const draft = await api.patch<Draft>(path, change, { ifMatch: `"v${version}"` })
      cli.out(draft, `Saved "${draft.title}".`)
    })

  group
    .command('archive')
    .description('take a draft out of the lists')
    .argument('<draft>', 'id of the draft')
    .action(async (draftId: string) => {
      const api = await cli.api()
      const path = `/drafts/${encodeURIComponent(draftId)}`
      const { version } = await api.get<Draft>(path)
      const draft = await api.post<Draft>(`${path}/archive`, undefined, { ifMatch: `"v${version}"` })
      cli.out(draft, `Archived "${draft.title}".`)
    })

  adaptationCommands(group, cli)
}
