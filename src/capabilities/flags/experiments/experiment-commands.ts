import { type Command, Option } from 'commander'
import type { z } from '@hono/zod-openapi'
import type { ApiClient } from '../../../platform/cli/api-client.ts'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { fieldsText, tableText } from '../../../platform/cli/layout.ts'
import { readDocument } from '../read-document.ts'
import { type Experiment, experimentStates } from './experiment.ts'
import type { reportSchema } from './report-schema.ts'

type Report = z.infer<typeof reportSchema>

/** `experiments list|show|create|start|report|stop|assign|outcome|plan` on the server. */
export function experimentCommands(program: Command, cli: CliContext): void {
  const group = program.command('experiments').description('questions asked by giving out variants')

  group
    .command('list')
    .description('list experiments, newest first')
    .addOption(new Option('--state <state>', 'only these').choices([...experimentStates]))
    .action(async (options: { state?: string }) => {
      const items: Experiment[] = []
      const api = await cli.api()
      for await (const each of api.list<Experiment>('/experiments', { query: options })) items.push(each)
      const rows = items.map(({ key, state, flagKey, startedAt, title }) => ({
        key,
        state,
        flag: flagKey,
        started: startedAt,
        title,
      }))
      cli.out({ items }, rows.length === 0 ? 'No experiments yet.' : tableText(rows))
    })

  group
    .command('show')
    .description('show the plan of an experiment')
    .argument('<key>', 'key of the experiment')
    .action(async (key: string) => {
      const found = await one(await cli.api(), key)
      cli.out(found, fieldsText(found))
    })

  group
    .command('create')
    .description('plan an experiment from a JSON or YAML file with its definition')
    .argument('<key>', 'key of the experiment')
    .requiredOption('--file <file>', 'file with the definition; - reads standard input')
    .option('--start', 'start it at once')
    .action(async (key: string, options: { file: string; start?: boolean }) => {
      const definition: unknown = await readDocument(options.file)
      const api = await cli.api()
      let made = await api.post<Experiment>('/experiments', { key, definition })
      if (options.start) made = await start(api, made)
      cli.out(made, `${made.key} is ${made.state}.`)
    })

  group
    .command('start')
    .description('start giving out variants')
    .argument('<key>', 'key of the experiment')
    .action(async (key: string) => {
      const api = await cli.api()
      const started = await start(api, await one(api, key))
      cli.out(started, `${started.key} is running.`)
    })

  group
    .command('report')
    .description('say what is known, with a verdict')
    .argument('<key>', 'key of the experiment')
    .action(async (key: string) => {
      const report = await (await cli.api()).get<Report>(`${pathOf(key)}/report`)
      cli.out(report, reportText(report))
    })

  group
    .command('stop')
    .description('end an experiment')
    .argument('<key>', 'key of the experiment')
    .option('--winner <variant>', 'serve this variant of its flag to everybody')
    .option('--reason <text>', 'why, for the history', 'stopped on the command line')
    .action(async (key: string, options: { winner?: string; reason: string }) => {
      const api = await cli.api()
      const { version } = await one(api, key)
      const stopped = await api.post<Experiment>(`${pathOf(key)}/stop`, options, { ifMatch: `"v${version}"` })
      cli.out(stopped, `${stopped.key} is stopped.`)
    })

  group
    .command('assign')
    .description('give a unit its variant and count the exposure')
    .argument('<key>', 'key of the experiment')
    .argument('<unit>', 'id of the unit')
    .action(async (key: string, unitId: string) => {
      const api = await cli.api()
      const given = await api.post<{ variant: string | null }>(`${pathOf(key)}/assign`, { unitId })
      cli.out(given, given.variant ?? 'It takes no part.')
    })

  group
    .command('outcome')
    .description('record what happened to a unit')
    .argument('<metric>', 'name of the metric, such as prompt.approved')
    .argument('<unit>', 'id of the unit')
    .option('--value <number>', 'the value', Number, 1)
    .option('--id <id>', 'your own id; the same twice counts once')
    .option('--at <time>', 'when, as ISO time (default: now)')
    .action(async (metric: string, unitId: string, options: { value: number; id?: string; at?: string }) => {
      const api = await cli.api()
      const result = await api.post<{ recorded: number }>('/experiments/outcomes', {
        outcomes: [{ metric, unitId, ...options }],
      })
      cli.out(result, result.recorded === 1 ? 'Recorded.' : 'It had been recorded before.')
    })

  group
    .command('plan')
    .description('say how many units a rate needs to show a difference')
    .requiredOption('--baseline <rate>', 'the rate today, such as 0.3', Number)
    .requiredOption('--target <rate>', 'the rate to be seen, such as 0.35', Number)
    .option('--power <share>', 'chance of seeing it', Number, 0.8)
    .action(async (query: { baseline: number; target: number; power: number }) => {
      const plan = await (await cli.api()).get<{ units: number }>('/experiments/sample-size', { query })
      cli.out(plan, `${plan.units.toLocaleString('en')} units in each variant.`)
    })
}

const pathOf = (key: string) => `/experiments/${encodeURIComponent(key)}`
const one = (api: ApiClient, key: string) => api.get<Experiment>(pathOf(key))

function start(api: ApiClient, { key, version }: Experiment): Promise<Experiment> {
  return api.post(`${pathOf(key)}/start`, undefined, { ifMatch: `"v${version}"` })
}

function reportText({ verdict, arms, metrics, days }: Report): string {
  const rows = metrics.flatMap(({ metric, arms: measured, comparisons }) =>
    measured.map(({ variant, units, mean }) => {
      const compared = comparisons.find((each) => each.variant === variant)
      return {
        metric: metric.metric,
        role: metric.role,
        variant,
        exposed: arms.find((arm) => arm.variant === variant)?.exposed ?? 0,
        measured: units,
        value: Number(mean.toPrecision(4)),
        difference: compared ? Number(compared.difference.toPrecision(3)) : null,
        p: compared ? Number(compared.sequential.adjustedPValue.toPrecision(3)) : null,
        judgement: compared?.judgement ?? 'control',
      }
    }),
  )
  const lines = [verdict.headline, ...verdict.sentences, `After ${days.toFixed(1)} days.`]
  return `${lines.join('\n')}\n\n${tableText(rows)}`
}
