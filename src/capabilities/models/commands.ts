import { type Command, Option } from 'commander'
import { formatMicros } from '../../kernel/money.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { fieldsText, tableText } from '../../platform/cli/layout.ts'
import type { CheckResult } from './check-models.ts'
import type { ModelChoice } from './keep-choices.ts'
import type { ModelState } from './list-models.ts'
import { modelKinds } from './model.ts'
import { embedCommand } from './embedding/embed-command.ts'
import { footageCommand } from './footage/footage-command.ts'
import { speakCommands } from './speech/speak-command.ts'
import { tryCommand } from './try-command.ts'

/** `models list|show|try|health|chosen|choices|choose|rate` on the server. */
export function modelCommands(program: Command, cli: CliContext): void {
  const group = program.command('models').description('the models that write, speak, listen and draw')
  const kindOption = () => new Option('--kind <kind>', 'text, speech, …').choices([...modelKinds])

  group
    .command('list')
    .description('every model with health, latency and cost')
    .addOption(kindOption())
    .option('--all', 'also those that are not configured or out of service')
    .action(async (options: { kind?: string; all?: boolean }) => {
      const query = options.kind ? { kind: options.kind } : {}
      const list = await (await cli.api()).get<{ items: ModelState[] }>('/models', { query })
      const items = list.items.filter((one) => options.all || (one.isConfigured && !one.isRetired))
      cli.out({ items }, tableText(items.map(rowOf)))
    })

  group
    .command('show')
    .description('one model')
    .argument('<model>', 'its id, such as bedrock:claude-sonnet-5.5')
    .action(async (modelId: string) => {
      const model = await (await cli.api()).get<ModelState>(`/models/${encodeURIComponent(modelId)}`)
      const { limits, price, lastDay, abilities, regions, ...fields } = model
      const flat = {
        ...fields,
        abilities: abilities.join(', '),
        regions: regions.join(', '),
        ...limits,
        priceItem: price.item,
      }
      cli.out(model, fieldsText({ ...flat, callsToday: lastDay.calls, p95Ms: lastDay.p95Ms }))
    })

  tryCommand(group, cli)
  speakCommands(group, cli)
  embedCommand(group, cli)
  footageCommand(group, cli)

  group
    .command('health')
    .description('ask the configured vendors whether they are there; costs nothing')
    .option('--vendor <vendor>', 'only this one')
    .action(async (options: { vendor?: string }) => {
      const checks = await (await cli.api()).post<{ items: CheckResult[] }>('/models/checks', options)
      const rows = checks.items.map(({ vendor, result, message }) => ({
        vendor,
        result,
        message: message ?? '',
      }))
      cli.out(checks, tableText(rows))
    })

  group
    .command('chosen')
    .description('which models would be tried, and why not the others')
    .addOption(kindOption().default('text'))
    .option('--task <task>')
    .option('--topic <topic>')
    .action(async (query: { kind: string; task?: string; topic?: string }) => {
      type Chosen = { because: string; candidates: Array<{ model: string; skip: string | null }> }
      const chosen = await (await cli.api()).get<Chosen>('/models/chosen', { query })
      const rows = chosen.candidates.map(({ model, skip }, at) => ({
        order: at + 1,
        model,
        skipped: skip ?? '',
      }))
      cli.out(chosen, `${chosen.because}\n\n${tableText(rows)}`)
    })

  group
    .command('choices')
    .description('the chains that were set')
    .action(async () => {
      const list = await (await cli.api()).get<{ items: ModelChoice[] }>('/models/choices')
      const rows = list.items.map(({ kind, topic, task, chain }) => ({
        kind,
        topic: topic || 'every',
        task: task || 'every',
        chain: chain.join(' → '),
      }))
      cli.out(list, rows.length === 0 ? 'None: the best configured model is taken.' : tableText(rows))
    })

  group
    .command('choose')
    .description('set the chain for a kind, task and topic; without models it is taken back')
    .argument('[models...]', 'ids in the order they are tried')
    .addOption(kindOption().default('text'))
    .option('--task <task>')
    .option('--topic <topic>')
    .action(async (chain: string[], options: { kind: string; task?: string; topic?: string }) => {
      const choice = await (
        await cli.api()
      ).put<ModelChoice | undefined>('/models/choices', { ...options, chain })
      cli.out(choice ?? { chain: [] }, choice ? `Set: ${choice.chain.join(' → ')}` : 'Taken back.')
    })

  group
    .command('rate')
    .description('say how good an answer was')
    .argument('<call>', 'callId of the answer')
    .argument('<rating>', '0 (thrown away) to 1 (used as it was)')
    .action(async (callId: string, rating: string) => {
      await (await cli.api()).post('/models/ratings', { callId, rating: Number(rating) })
      cli.out({ callId, rating: Number(rating) }, 'Kept.')
    })
}

function rowOf(model: ModelState) {
  const { lastDay } = model
  return {
    id: model.id,
    kind: model.kind,
    state: model.isRetired ? 'retired' : model.isConfigured ? model.breaker : 'not configured',
    score: model.score,
    calls: lastDay.calls,
    failed: `${lastDay.failedPercent} %`,
    p95: lastDay.p95Ms === null ? '' : `${lastDay.p95Ms} ms`,
    'typical call': model.microsPerTypicalCall === null ? '' : formatMicros(model.microsPerTypicalCall),
  }
}
