import type { Command } from 'commander'
import type { ApiClient } from '../../platform/cli/api-client.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { fieldsText, tableText } from '../../platform/cli/layout.ts'
import { flagErrors } from './errors.ts'
import type { ExplainedEvaluation } from './explain-evaluation.ts'
import type { Flag, FlagVersion } from './flag.ts'
import { readDocument } from './read-document.ts'
import type { StaleFlag } from './report-stale-flags.ts'
import { definitionOf } from './switch-flag.ts'

export { experimentCommands } from './experiments/experiment-commands.ts'

type Why = { reason: string }
const whyOption = ['--reason <text>', 'why, for the history', 'changed on the command line'] as const

/** `flags list|show|set|on|off|rollout|versions|rollback|remove|evaluate|stale` on the server. */
export function flagCommands(program: Command, cli: CliContext): void {
  const group = program.command('flags').description('switches and splits of what the product does')

  group
    .command('list')
    .description('list flags and what they serve')
    .action(async () => {
      const { items } = await (await cli.api()).get<{ items: Flag[] }>('/flags')
      const rows = items.map((flag) => ({
        key: flag.key,
        on: flag.isOn ? 'on' : 'off',
        serves: servesText(flag),
        rules: flag.rules.length,
        title: flag.title,
      }))
      cli.out({ items }, rows.length === 0 ? 'No flags yet.' : tableText(rows))
    })

  group
    .command('show')
    .description('show one flag')
    .argument('<key>', 'key of the flag')
    .action(async (key: string) => {
      const flag = await one(await cli.api(), key)
      cli.out(flag, fieldsText({ ...flag, serve: servesText(flag) }))
    })

  group
    .command('set')
    .description('make or change a flag from a JSON or YAML file with its definition')
    .argument('<key>', 'key of the flag')
    .requiredOption('--file <file>', 'file with the definition; - reads standard input')
    .option(...whyOption)
    .action(async (key: string, { file, reason }: Why & { file: string }) => {
      const definition: unknown = await readDocument(file)
      const api = await cli.api()
      const { items } = await api.get<{ items: Flag[] }>('/flags')
      const current = items.find((flag) => flag.key === key)
      const flag = current
        ? await change(api, current, definition, reason)
        : await api.post<Flag>('/flags', { key, definition, reason })
      cli.out(flag, `${flag.key} is now version ${flag.version} and serves ${servesText(flag)}.`)
    })

  for (const isOn of [true, false]) {
    group
      .command(isOn ? 'on' : 'off')
      .description(isOn ? 'switch a flag on' : 'switch a flag off for everybody, at once (the kill switch)')
      .argument('<key>', 'key of the flag')
      .option(...whyOption)
      .action(async (key: string, { reason }: Why) => {
        const flag = await (await cli.api()).post<Flag>(`${pathOf(key)}/switch`, { isOn, reason })
        cli.out(flag, `${flag.key} is ${flag.isOn ? 'on' : 'off'}.`)
      })
  }

  group
    .command('rollout')
    .description('give a variant to more and more units, step by step')
    .argument('<key>', 'key of the flag')
    .requiredOption('--variant <name>', 'the variant that is rolled out')
    .requiredOption('--steps <steps>', 'percent:minutes, then more; such as 5:60,25:240,100')
    .option(
      '--guardrail <metric:goal:maxHarm...>',
      'a rate that must not get worse, such as run.failed:decrease:0.02',
    )
    .option(...whyOption)
    .action(async (key: string, options: Why & { variant: string; steps: string; guardrail?: string[] }) => {
      const api = await cli.api()
      const current = await one(api, key)
      const rollout = {
        variant: options.variant,
        steps: options.steps.split(',').map(readStep),
        guardrails: (options.guardrail ?? []).map(readGuardrail),
      }
      const flag = await change(api, current, { ...definitionOf(current), rollout }, options.reason)
      cli.out(flag, `${flag.key} is being rolled out: ${options.steps}.`)
    })

  group
    .command('versions')
    .description('list the forms of a flag, newest first')
    .argument('<key>', 'key of the flag')
    .action(async (key: string) => {
      const { items } = await (await cli.api()).get<{ items: FlagVersion[] }>(`${pathOf(key)}/versions`)
      const rows = items.map(({ version, changedAt, changedBy, reason }) => ({
        version,
        at: changedAt,
        by: changedBy,
        reason,
      }))
      cli.out({ items }, rows.length === 0 ? 'As shipped.' : tableText(rows))
    })

  group
    .command('rollback')
    .description('make an earlier form of a flag the current one again')
    .argument('<key>', 'key of the flag')
    .requiredOption('--to <version>', 'number of the version', Number)
    .option(...whyOption)
    .action(async (key: string, { to, reason }: Why & { to: number }) => {
      const api = await cli.api()
      const { version } = await one(api, key)
      const flag = await api.post<Flag>(
        `${pathOf(key)}/rollback`,
        { to, reason },
        { ifMatch: `"v${version}"` },
      )
      cli.out(flag, `${flag.key} is as it was in version ${to}; that is version ${flag.version} now.`)
    })

  group
    .command('remove')
    .description('remove a flag; one of the product goes back to how it was shipped')
    .argument('<key>', 'key of the flag')
    .option(...whyOption)
    .action(async (key: string, { reason }: Why) => {
      const api = await cli.api()
      const { version } = await one(api, key)
      await api.delete(pathOf(key), { ifMatch: `"v${version}"`, query: { reason } })
      cli.out({ key, removed: true }, `${key} is removed.`)
    })

  group
    .command('evaluate')
    .description('say what a flag serves to somebody, and why')
    .argument('<key>', 'key of the flag')
    .option('--unit <id>', 'who asks: an id that stays the same')
    .option('--attribute <name=value...>', 'what is known of them, such as plan=team')
    .action(async (key: string, options: { unit?: string; attribute?: string[] }) => {
      const attributes = Object.fromEntries((options.attribute ?? []).map(readAttribute))
      const body = { attributes, ...(options.unit === undefined ? {} : { unit: options.unit }) }
      const found = await (await cli.api()).post<ExplainedEvaluation>(`${pathOf(key)}/evaluate`, body)
      cli.out(found, `${JSON.stringify(found.value)} (${found.variant}). ${found.because}`)
    })

  group
    .command('stale')
    .description('list flags that have done their work and could be taken out of the code')
    .action(async () => {
      const { items } = await (await cli.api()).get<{ items: StaleFlag[] }>('/flags/stale')
      const rows = items.map(({ key, sinceDays, because }) => ({ key, days: sinceDays, because }))
      cli.out({ items }, rows.length === 0 ? 'No stale flags.' : tableText(rows))
    })
}

const pathOf = (key: string) => `/flags/${encodeURIComponent(key)}`
const one = (api: ApiClient, key: string) => api.get<Flag>(pathOf(key))

function change(api: ApiClient, current: Flag, definition: unknown, reason: string): Promise<Flag> {
  return api.put(pathOf(current.key), { definition, reason }, { ifMatch: `"v${current.version}"` })
}

function servesText({ isOn, offVariant, serve, rollout }: Flag): string {
  if (!isOn) return offVariant
  const base =
    'variant' in serve
      ? serve.variant
      : serve.split.map(({ variant, percent }) => `${variant} ${percent} %`).join(', ')
  return rollout && !rollout.stopped ? `${base}, rolling out ${rollout.variant}` : base
}

function readStep(text: string): { percent: number; holdMinutes: number } {
  const [percent, minutes = '0'] = text.split(':')
  const step = { percent: Number(percent), holdMinutes: Number(minutes) }
  if (Number.isFinite(step.percent) && Number.isFinite(step.holdMinutes)) return step
  throw flagErrors.invalid(`"${text}" is not a step; write percent:minutes, such as 25:60.`)
}

function readGuardrail(text: string): object {
  const [metric, goal, maxHarm = '0'] = text.split(':')
  return { metric, kind: 'rate', goal, maxHarm: Number(maxHarm) }
}

function readAttribute(text: string): [string, string | number | boolean] {
  const at = text.indexOf('=')
  if (at < 1) throw flagErrors.invalid(`"${text}" is not an attribute; write name=value.`)
  const value = text.slice(at + 1)
  if (value === 'true' || value === 'false') return [text.slice(0, at), value === 'true']
  const number = Number(value)
  return [text.slice(0, at), value.trim() !== '' && Number.isFinite(number) ? number : value]
}
