import type { CliContext } from '../../platform/cli/cli-context.ts'
import type { MediaEngine } from '../../platform/ffmpeg/engine.ts'

/** The media engine for a command; loaded on use, so that commands that need no media start without it. */
export async function openEngine(cli: CliContext): Promise<MediaEngine> {
  const { createMediaEngine } = await import('../../platform/ffmpeg/engine.ts')
  return createMediaEngine({ ffmpegPath: cli.config.ffmpegPath, log: cli.log })
}
