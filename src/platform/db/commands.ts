import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { CliContext } from '../cli/cli-context.ts'
import type { BaseConfig } from '../config/config.ts'
import { lockHome } from '../process/home-lock.ts'
import { backup } from './backup.ts'
import { startEmbeddedPostgres } from './embedded.ts'
import { dbErrors } from './errors.ts'
import { restore } from './restore.ts'

export type DbCommandDeps = {
  /** What belongs to an installation beside its database, by name: the file store, the secret. */
  extras: (config: BaseConfig) => Record<string, string>
}

/** `creatorops backup` and `creatorops restore`. */
export function dbCommands(program: Command, cli: CliContext, deps: DbCommandDeps): void {
  program
    .command('backup')
    .description('Write a backup of the database and the stored files while everything goes on working')
    .requiredOption('--out <directory>', 'a directory that does not exist yet, or is empty')
    .option('--logical', 'write rows instead of files, for another PostgreSQL version or server')
    .action(async (options: { out: string; logical?: boolean }) => {
      const extras = deps.extras(cli.config)
      const summary = await withDatabase(cli, ({ url, dataDir }) =>
        backup({
          url,
          dataDir: options.logical ? undefined : dataDir,
          out: resolve(options.out),
          extras,
          log: cli.log,
        }),
      )
      const megabytes = (summary.sizeBytes / 1_000_000).toFixed(1)
      cli.out(summary, `Backed up ${summary.files} files (${megabytes} MB) to ${summary.out}`)
    })

  program
    .command('restore')
    .description('Bring a backup back into an empty data directory, and check it from end to end')
    .argument('<directory>', 'the directory of the backup')
    .action(async (directory: string) => {
      const { home, databaseUrl } = cli.config
      const lock = await lockHome(home)
      try {
        const target = databaseUrl ? { url: databaseUrl } : { dataDir: databaseDir(home) }
        const extras = deps.extras(cli.config)
        const summary = await restore({ from: resolve(directory), target, extras, log: cli.log })
        const checked = summary.checked
          ? `; ${summary.checked.tables} tables and ${summary.checked.indexes} indexes are sound`
          : ''
        cli.out(summary, `Restored the backup of ${summary.createdAt}${checked}`)
      } finally {
        await lock.release()
      }
    })
}

function databaseDir(home: string): string {
  return join(home, 'db')
}

/** The configured database, the one that runs here, or one started for this call. */
async function withDatabase<T>(
  cli: CliContext,
  work: (database: { url: string; dataDir?: string }) => Promise<T>,
): Promise<T> {
  const { home, databaseUrl, log } = { ...cli.config, log: cli.log }
  if (databaseUrl) return work({ url: databaseUrl })
  const dataDir = databaseDir(home)
  if (!existsSync(join(dataDir, 'PG_VERSION'))) throw dbErrors.nothingHere(`${dataDir} holds no database.`)
  // With the lock nobody else can start meanwhile and lose the server that we stop at the end.
  const lock = await lockHome(home).catch((error: { code?: string }) => {
    if (error.code !== 'process.homeInUse') throw error
    return undefined
  })
  try {
    const server = await startEmbeddedPostgres({ dataDir, log })
    try {
      return await work({ url: server.url, dataDir })
    } finally {
      if (lock) await server.stop()
    }
  } finally {
    await lock?.release()
  }
}
