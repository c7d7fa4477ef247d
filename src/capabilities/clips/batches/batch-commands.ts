import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'
import { needFile } from '../../../platform/cli/need-file.ts'
import { watchRun } from '../../../platform/cli/watch-run.ts'
import { type Batch, batchOrderSchema, type BatchSummary } from './batch.ts'
import { clipBatchErrors } from './errors.ts'

/** `clips batch FILE.json`, `clips batches` and `clips cancel`, on the server. Comes after `clipCommands`. */
export function clipBatchCommands(program: Command, cli: CliContext): void {
  const group = program.commands.find((command) => command.name() === 'clips')
  if (!group) throw new TypeError('The clips commands must be registered first')

  group
    .command('batch')
    .description('cut many clips of stored recordings; one that fails does not stop the others')
    .argument('<file>', 'a JSON file: {"clips": [{"assetId", "startMs", "endMs", "title"?, "mode"?}]}')
    .option('--wait', 'wait until all are cut')
    .action(async (file: string, options: { wait?: boolean }) => {
      const order = await readOrder(await needFile(file))
      const api = await cli.api()
      let batch = await api.post<Batch>('/clips/batches', order)
      if (options.wait) {
        const progress = cli.progress('Cutting')
        await watchRun(api, batch.runId, (run) => progress.update(run.percent), { signal: cli.signal })
        progress.done()
        batch = await api.get<Batch>(`/clips/batches/${batch.id}`)
      }
      const rows = batch.clips.map(({ id, state, title, error }) => ({
        id,
        state,
        title,
        '': error?.message ?? '',
      }))
      cli.out(batch, `${batch.id}  ${batch.state}\n${tableText(rows)}`)
    })

  group
    .command('batches')
    .description('list batches of clips, newest first')
    .action(async () => {
      const items: BatchSummary[] = []
      for await (const one of (await cli.api()).list<BatchSummary>('/clips/batches')) items.push(one)
      const rows = items.map(({ id, createdAt, state, counts, name }) => ({
        id,
        at: createdAt,
        state,
        clips: `${counts.processed}/${counts.total}`,
        name,
      }))
      cli.out({ items }, items.length === 0 ? 'No batches yet.' : tableText(rows))
    })

  group
    .command('retry')
    .description('cut the failed and cancelled clips of a batch again')
    .argument('<batch>', 'id of the batch')
    .action(async (id: string) => {
      const path = `/clips/batches/${encodeURIComponent(id)}/retry`
      cli.out(await (await cli.api()).post<Batch>(path), `${id} is being cut again.`)
    })

  group
    .command('cancel')
    .description('cancel a batch, or one clip that is queued or being cut')
    .argument('<id>', 'id of a batch or a clip')
    .action(async (id: string) => {
      const path = `${id.startsWith('batch_') ? '/clips/batches' : '/clips'}/${encodeURIComponent(id)}/cancel`
      cli.out(await (await cli.api()).post<Batch>(path), `${id} is cancelled.`)
    })
}

async function readOrder(path: string): Promise<unknown> {
  let order: unknown
  try {
    order = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw clipBatchErrors.badList(`This file is not JSON: ${cause.message}.`, { cause })
  }
  const parsed = batchOrderSchema.safeParse(order)
  if (!parsed.success) throw clipBatchErrors.badList(z.prettifyError(parsed.error))
  return parsed.data
}
