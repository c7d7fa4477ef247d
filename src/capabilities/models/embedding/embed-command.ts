import type { Command } from 'commander'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'

/** `models embed`: how near texts are to a question. */
export function embedCommand(group: Command, cli: CliContext): void {
  group
    .command('embed')
    .description('how near texts are to a question in meaning')
    .argument('<query>')
    .argument('<texts...>')
    .option('--embedder <name>', 'offline, openai or bedrock (default: the best that is set up)')
    .action(async (query: string, texts: string[], options: { embedder?: string }) => {
      type Likeness = { space: string; items: Array<{ text: string; likeness: number }> }
      const found = await (await cli.api()).post<Likeness>('/models/likeness', { query, texts, ...options })
      const rows = found.items.map((item) => ({ likeness: item.likeness.toFixed(2), text: item.text }))
      cli.out(found, `${tableText(rows)}\n${found.space}`)
    })
}
