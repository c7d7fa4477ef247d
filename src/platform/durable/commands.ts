import { type Command, Option } from 'commander'

import type { CliContext } from '../cli/cli-context.ts'
import { fieldsText, tableText } from '../cli/layout.ts'
import { runStates, type Run } from './run.ts'

/** `runs list|show|cancel|retry` on the server. */
export function runCommands(program: Command, cli: CliContext): void {
  const group = program.command('runs').description('work that is queued, going on or done')

  group
    .command('list')
    .description('list runs, newest first')
    .addOption(new Option('--state <state>', 'only runs in this state').choices([...runStates]))
    .action(async (options: { state?: string }) => {
      const items: Run[] = []
      const api = await cli.api()
      for await (const run of api.list<Run>('/runs', { query: options })) items.push(run)
      const rows = items.map((run) => ({
        id: run.id,
        state: run.state,
        percent: `${Math.floor(run.percent)} %`,
        stage: run.state === 'running' ? (run.stageLabel ?? '') : '',
        title: run.title,
      }))
      cli.out({ items }, items.length === 0 ? 'No runs yet.' : tableText(rows))
    })

  group
    .command('show')
    .description('show one run; with --wait follow it to its end')
    .argument('<run>', 'id of the run')
    .option('--wait', 'follow it until it ends')
    .action(async (runId: string, options: { wait?: boolean }) => {
      const api = await cli.api()
      if (options.wait) {
        const bar = cli.progress('Run')
        await api.watchRun(runId, (run) => bar.update(run.percent, run.stageLabel ?? 'Waiting'), {
          signal: cli.signal,
        })
        bar.done()
      }
      const run = await api.get<Run>(`/runs/${encodeURIComponent(runId)}`)
      const { id, title, state, stageLabel, percent, error, createdAt, finishedAt } = run
      const why = error ? { error: `${error.message} ${error.help}`, code: error.code } : {}
      cli.out(
        run,
        fieldsText({ id, title, state, stage: stageLabel, percent, ...why, createdAt, finishedAt }),
      )
    })

  group
    .command('cancel')
    .description('stop a run and remove what it had half made')
    .argument('<run>', 'id of the run')
    .action(async (runId: string) => {
      const run = await (await cli.api()).post<Run>(`/runs/${encodeURIComponent(runId)}/cancel`)
      cli.out(run, `${run.id} is ${run.state}.`)
    })

  group
    .command('retry')
    .description('try a failed or cancelled run again')
    .argument('<run>', 'id of the run')
    .action(async (runId: string) => {
      const run = await (await cli.api()).post<Run>(`/runs/${encodeURIComponent(runId)}/retry`)
      cli.out(run, `${run.id} is ${run.state} again.`)
    })
}
