import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { ProcessResult } from './capabilities/productions/index.ts'
import { formatClock } from './kernel/time.ts'
import type { CliContext } from './platform/cli/cli-context.ts'

const sample = resolve(import.meta.dirname, '../examples/sample/how-bees-decide.mp4')

/** `creatorops demo`: the main job, end to end, on the recording that comes with the product. */
export function demoCommand(program: Command, cli: CliContext): void {
  program
    .command('demo')
    .description('process the bundled recording and show what comes out')
    .option('--out <directory>', 'where to leave the files', 'out/demo')
    .action(async (options: { out: string }) => {
      const startedAt = performance.now()
      cli.note('The recording: "How do bees decide?", 76 s of drawn scenes and synthetic speech.')
      // Loaded here: starting to say what the commands are should not wait for the product behind them.
      const { processRecording } = await import('./capabilities/productions/index.ts')
      const api = await cli.api()
      const result = await processRecording(cli, api, sample, {
        title: 'How do bees decide?',
        wait: true,
        out: options.out,
      })
      const seconds = (performance.now() - startedAt) / 1000
      cli.out({ ...result, seconds }, await story(result, resolve(options.out), seconds))
    })
}

async function story(result: ProcessResult, out: string, seconds: number): Promise<string> {
  const lines = [
    '',
    `Done in ${seconds.toFixed(0)} s. Everything is in ${out}:`,
    '',
    `  hls/                  streaming package (HLS, CMAF)`,
    `  analysis.json         silences, scenes, loudness, suggestions`,
    `  poster.jpg            and contact-sheet.jpg`,
  ]
  for (const [index, clip] of result.clips.entries()) {
    const { size } = await stat(clip.file!)
    const range = `${formatClock(clip.startMs)} to ${formatClock(clip.endMs)}`
    lines.push(
      `  ${`clip-${index + 1}.mp4`.padEnd(21)} ${range}, ${(size / 1e6).toFixed(1)} MB, ${proofOf(clip.receipt)}`,
    )
  }
  lines.push(
    `  drafts.json           ${result.drafts.length} drafts, one for each clip`,
    '',
    'To watch it in the Studio: npm start. It prints the address and, until you have signed in, a password.',
  )
  return lines.join('\n')
}

/** The receipt in half a sentence. */
function proofOf(receipt: unknown): string {
  const { requestedFrames, frames, copiedMs = 0, encodedMs = 0 } = (receipt ?? {}) as Record<string, number>
  const whole = copiedMs + encodedMs
  const share = whole > 0 ? `, ${Math.round((100 * copiedMs) / whole)} % copied` : ''
  return `${frames} of ${requestedFrames} frames${share}`
}
