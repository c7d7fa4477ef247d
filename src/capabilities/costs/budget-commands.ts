import { type Command, Option } from 'commander'
import { formatMicros } from '../../kernel/money.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { tableText } from '../../platform/cli/layout.ts'
import { budgetPeriods, budgetRules, type BudgetState } from './budget.ts'
import { microsOf } from './price-commands.ts'

type SetOptions = { period: string; topic?: string; video?: string; rule: string; warn?: string }

/** `costs budgets`, `costs budgets set` and `costs budgets remove`. */
export function budgetCommands(group: Command, cli: CliContext): void {
  const budgets = group
    .command('budgets')
    .description('limits, with what is spent and left')
    .action(async () => {
      const list = await (await cli.api()).get<{ items: BudgetState[] }>('/costs/budgets')
      const rows = list.items.map((budget) => ({
        id: budget.id,
        for: budget.scopeId ? `${budget.scope} ${budget.scopeId}` : budget.scope,
        period: budget.period,
        limit: formatMicros(budget.limitMicros),
        spent: `${formatMicros(budget.spentMicros)} (${budget.percent} %)`,
        held: formatMicros(budget.heldMicros),
        rule: budget.rule,
      }))
      cli.out(list, rows.length === 0 ? 'No budgets: nothing is refused.' : tableText(rows))
    })

  budgets
    .command('set')
    .description('set a limit; what does not fit is refused before it is spent')
    .argument('<usd>', 'US dollars, such as 5')
    .addOption(new Option('--period <period>', 'what it is for').choices([...budgetPeriods]).default('day'))
    .option('--topic <topic>', 'only this topic')
    .option('--video <video>', 'only this video')
    .addOption(
      new Option('--rule <rule>', 'stop, or degrade to a cheaper model')
        .choices([...budgetRules])
        .default('stop'),
    )
    .option('--warn <percents>', 'when to tell people, such as 50,80,100')
    .action(async (usd: string, options: SetOptions) => {
      const { period, topic, video, rule, warn } = options
      const scope = video ? 'video' : topic ? 'topic' : 'workspace'
      const scopeId = video ?? topic
      const budget = await (
        await cli.api()
      ).put<BudgetState>('/costs/budgets', {
        scope,
        period,
        rule,
        limitMicros: microsOf(usd),
        ...(scopeId ? { scopeId } : {}),
        ...(warn ? { warnPercents: warn.split(',').map(Number) } : {}),
      })
      cli.out(
        budget,
        `${formatMicros(budget.limitMicros)} a ${period}; ${formatMicros(budget.availableMicros)} are left.`,
      )
    })

  budgets
    .command('remove')
    .description('remove a limit')
    .argument('<budget>', 'its id')
    .action(async (budgetId: string) => {
      await (await cli.api()).delete(`/costs/budgets/${encodeURIComponent(budgetId)}`)
      cli.out({ budgetId }, 'Removed.')
    })
}
