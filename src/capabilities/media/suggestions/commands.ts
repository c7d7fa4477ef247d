import { type Command, Option } from 'commander'
import { formatClock, formatDuration, parseTime } from '../../../kernel/time.ts'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'
import { readShareOption } from '../command-options.ts'
import { type SuggestionKind, suggestionKinds } from '../analysis.ts'
import type { Decision, SuggestionList } from './suggestion.ts'

type DecideFlags = { kind?: SuggestionKind[]; minConfidence?: string }

/** `suggestions list|cut|accept|reject|reopen` on the server. */
export function suggestionCommands(program: Command, cli: CliContext): void {
  const group = program.command('suggestions').description('what could be edited in a recording')
  const pathOf = (assetId: string) => `/assets/${encodeURIComponent(assetId)}/suggestions`

  group
    .command('list')
    .description('list what could be edited in an analysed asset')
    .argument('<asset>', 'id of the recording')
    .action(async (assetId: string) => {
      const list = await (await cli.api()).get<SuggestionList>(pathOf(assetId))
      cli.out(list, describe(list))
    })

  group
    .command('cut')
    .description('take a stretch of your own out of the tight cut')
    .argument('<asset>', 'id of the recording')
    .requiredOption('--from <time>', 'where it begins, such as 12.5 or 00:00:12.500')
    .requiredOption('--to <time>', 'where it ends')
    .option('--reason <text>', 'why')
    .action(async (assetId: string, { from, to, reason }: { from: string; to: string; reason?: string }) => {
      const body = { startMs: parseTime(from), endMs: parseTime(to), ...(reason && { reason }) }
      const list = await (await cli.api()).post<SuggestionList>(pathOf(assetId), body)
      cli.out(list, describe(list))
    })

  const verbs: Record<string, [Decision, string]> = {
    accept: ['accepted', 'accept suggestions: they shape the tight cut'],
    reject: ['rejected', 'reject suggestions'],
    reopen: ['open', 'take decisions back'],
  }
  for (const [verb, [decision, description]] of Object.entries(verbs)) {
    group
      .command(verb)
      .description(description)
      .argument('<asset>', 'id of the recording')
      .argument('[suggestions...]', 'ids; without them all that the options leave')
      .addOption(new Option('--kind <kind...>', 'only these kinds').choices([...suggestionKinds]))
      .option('--min-confidence <share>', 'only from this confidence on, such as 70%')
      .action(async (assetId: string, ids: string[], { kind, minConfidence }: DecideFlags) => {
        const body = {
          decision,
          ...(ids.length > 0 && { suggestionIds: ids }),
          ...(kind && { kinds: kind }),
          ...(minConfidence && { minConfidence: readShareOption('--min-confidence', minConfidence) }),
        }
        const list = await (await cli.api()).post<SuggestionList>(`${pathOf(assetId)}/decisions`, body)
        cli.out(list, describe(list))
      })
  }
}

function describe({ items, durationMs, cutMs }: SuggestionList): string {
  if (items.length === 0) return 'Nothing to suggest.'
  const rows = items.map(({ id, decision, kind, startMs, confidence, reason }) => ({
    id,
    at: formatClock(startMs),
    kind,
    sure: `${Math.round(confidence * 100)}%`,
    decision,
    reason,
  }))
  return `${tableText(rows)}\n\nThe cut of what is accepted: ${formatDuration(cutMs)} of ${formatDuration(durationMs)}.`
}
