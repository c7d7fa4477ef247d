import { type Command, Option } from 'commander'
import { formatMicros } from '../../../kernel/money.ts'
import type { CliContext } from '../../../platform/cli/cli-context.ts'

type Options = { model?: string; seconds: string; shape: string; size: string }

/** `models video`: has footage made and says which run to watch. */
export function footageCommand(group: Command, cli: CliContext): void {
  group
    .command('video')
    .description('have footage made by a video model; it costs money')
    .argument('<prompt>')
    .option('--model <model>', 'such as bedrock:luma-ray2 (default: the first that is set up)')
    .option('--seconds <number>', 'how long', '5')
    .addOption(new Option('--shape <shape>').choices(['16:9', '9:16', '1:1']).default('16:9'))
    .addOption(new Option('--size <size>').choices(['540p', '720p', '1080p']).default('720p'))
    .action(async (prompt: string, { model, seconds, shape, size }: Options) => {
      const body = {
        prompt,
        shape,
        size,
        durationMs: Number(seconds) * 1000,
        ...(model ? { modelId: model } : {}),
      }
      const started = await (
        await cli.api()
      ).post<{ runId: string; modelId: string; estimateMicros: number }>('/models/footage', body)
      const price = `${started.modelId}, about ${formatMicros(started.estimateMicros)}`
      cli.out(started, `Ordered (${price}). "creatorops runs show ${started.runId}" says how it stands.`)
    })
}
