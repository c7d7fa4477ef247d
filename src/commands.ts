import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
// Not through the doors, which would load the whole product before `--help` can say a word.
import { assetCommands } from './capabilities/assets/commands.ts'
import { auditCommands } from './capabilities/audit/commands.ts'
import {
  clipBatchCommands,
  clipCommands,
  clipRuleCommands,
  clipStitchCommands,
  tightCutCommands,
} from './capabilities/clips/commands.ts'
import { costCommands } from './capabilities/costs/commands.ts'
import { draftCommands } from './capabilities/drafts/commands.ts'
import { experimentCommands, flagCommands } from './capabilities/flags/commands.ts'
import { identityCommands } from './capabilities/identity/commands.ts'
import {
  mediaCommands,
  renditionCommands,
  suggestionCommands,
  transcriptCommands,
} from './capabilities/media/commands.ts'
import { modelCommands } from './capabilities/models/commands.ts'
import { notificationCommands, webhookCommands } from './capabilities/notifications/commands.ts'
import { operationCommands } from './capabilities/operations/commands.ts'
import { productionCommands } from './capabilities/productions/commands.ts'
import { promptCommands } from './capabilities/prompts/commands.ts'
import { secretCommands, settingCommands, topicCommands } from './capabilities/settings/commands.ts'
import { videoCommands } from './capabilities/videos/commands.ts'
import { demoCommand } from './demo.ts'
import type { CliContext } from './platform/cli/cli-context.ts'
import type { BaseConfig } from './platform/config/config.ts'
import { dbCommands } from './platform/db/commands.ts'
import { runCommands } from './platform/durable/commands.ts'
import { silentLog } from './platform/log/log.ts'
import { upCommands } from './up.ts'

export const productVersion: string = packageJson.version

/** Every command there is. docs/cli.md is generated from the same tree. */
export function registerCommands(program: Command, cli: CliContext): void {
  upCommands(program, cli)
  demoCommand(program, cli)
  productionCommands(program, cli)
  runCommands(program, cli)
  assetCommands(program, cli)
  mediaCommands(program, cli)
  renditionCommands(program, cli)
  transcriptCommands(program, cli)
  suggestionCommands(program, cli)
  clipCommands(program, cli)
  tightCutCommands(program, cli)
  clipBatchCommands(program, cli)
  videoCommands(program, cli, { path: process.env['PATH'] })
  clipStitchCommands(program, cli)
  clipRuleCommands(program, cli)
  identityCommands(program, cli)
  auditCommands(program, cli)
  notificationCommands(program, cli)
  webhookCommands(program, cli)
  settingCommands(program, cli)
  topicCommands(program, cli)
  secretCommands(program, cli)
  flagCommands(program, cli)
  experimentCommands(program, cli)
  costCommands(program, cli)
  modelCommands(program, cli)
  promptCommands(program, cli)
  draftCommands(program, cli)
  dbCommands(program, cli, { extras: installationFiles })
  operationCommands(program, cli, {
    version: productVersion,
    path: process.env['PATH'],
    async describeMedia(config) {
      // Loaded on use: the engine's libraries are large, and most commands do without them.
      const { createMediaEngine } = await import('./platform/ffmpeg/engine.ts')
      const engine = createMediaEngine({ ffmpegPath: config.ffmpegPath, log: silentLog() })
      return { name: engine.name, ...(await engine.describe()) }
    },
  })
}

/** What a backup keeps beside the database. Files in a bucket are in the care of the bucket. */
function installationFiles({ home, objectsUrl }: BaseConfig): Record<string, string> {
  const secret = join(home, 'secret')
  if (objectsUrl === undefined) return { secret, objects: join(home, 'objects') }
  return objectsUrl.startsWith('file:') ? { secret, objects: fileURLToPath(objectsUrl) } : { secret }
}
