import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { errorFromCode } from '../../kernel/errors.ts'
import { formatMicros } from '../../kernel/money.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { failureOf as refusalOf } from '../../platform/cli/problem-failure.ts'
import { parseServerEvents } from '../../platform/cli/server-events.ts'
import { modelErrors } from './errors.ts'

type Options = {
  model?: string
  system?: string
  notes?: string[]
  tokens: string
  task?: string
  topic?: string
}
type Done = { modelId: string; costMicros: number; label?: string; isCached: boolean; callId: string }

/** `models try`: the answer as it comes, then what it cost. */
export function tryCommand(group: Command, cli: CliContext): void {
  group
    .command('try')
    .description('ask a model something')
    .argument('<prompt>')
    .option('--model <model>', 'this one (default: as the chain says)')
    .option('--system <text>', 'how it should answer')
    .option('--notes <file...>', 'text files to answer from')
    .option('--tokens <number>', 'the longest answer', '800')
    .option('--task <task>', 'choose the model as for this task')
    .option('--topic <topic>', 'choose the model as for this topic')
    .action(async (prompt: string, options: Options) => {
      const { model, notes: files = [], tokens, ...rest } = options
      const notes = await Promise.all(files.map((file) => readFile(file, 'utf8')))
      const body = {
        ...rest,
        prompt,
        notes,
        maxOutputTokens: Number(tokens),
        ...(model ? { modelId: model } : {}),
      }
      const api = await cli.api()
      const answer = await api.fetch('/api/v1/models/try', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: cli.signal,
      })
      if (!answer.ok || !answer.body) throw await refusalOf(answer)
      let text = ''
      for await (const { type, data } of parseServerEvents(answer.body)) {
        if (type === 'text') text += (data as { text: string }).text
        if (type === 'failed') throw failureOf(data as { code: string; message: string })
        if (type !== 'done') continue
        const done = data as Done
        const what = [done.label, done.isCached && 'from the cache of this hour'].filter(Boolean).join(', ')
        const facts = `${done.modelId} · ${formatMicros(done.costMicros)}${what ? ` · ${what}` : ''} · ${done.callId}`
        cli.out({ ...done, text }, `${text}\n\n${facts}`)
      }
    })
}

function failureOf({ code, message }: { code: string; message: string }): Error {
  return errorFromCode(code, message) ?? modelErrors.noneLeft(message)
}
