import { readFile, rename, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { needFile } from '../../platform/cli/need-file.ts'
import { settingErrors } from './errors.ts'
import type { SettingImport } from './import-settings.ts'

/** `settings export|import|validate|migrate`. */
export function transferCommands(group: Command, cli: CliContext): void {
  group
    .command('export')
    .description('print what this workspace and its topics have set, as YAML')
    .option('--out <file>', 'write it there instead')
    .action(async ({ out }: { out?: string }) => {
      const { yaml } = await (await cli.api()).get<{ yaml: string }>('/settings-export')
      if (out === undefined) return cli.out({ yaml }, yaml.trimEnd())
      await writeFile(resolve(out), yaml)
      cli.out({ out: resolve(out) }, `Written to ${out}.`)
    })

  group
    .command('import')
    .description('set everything that a YAML or JSON file names, or nothing')
    .argument('<file>', 'the file; - reads standard input')
    .option('--dry-run', 'check it and show what would change, and change nothing')
    .option('--reason <text>', 'why, for the history', 'imported on the command line')
    .action(async (file: string, options: { dryRun?: boolean; reason: string }) => {
      const body = {
        text: file === '-' ? await readAll(process.stdin) : await readFile(await needFile(file), 'utf8'),
        reason: options.reason,
        isDryRun: options.dryRun ?? false,
      }
      const result = await (await cli.api()).post<SettingImport>('/settings-import', body)
      cli.out(result, importText(result))
    })

  group
    .command('validate')
    .description('check a configuration file, without a server')
    .argument('[file]', 'the file; default: the one that the server would read')
    .action(async (file?: string) => {
      // Loaded on use: the readers are not needed by any other command.
      const { loadSettingFile } = await import('./load-setting-file.ts')
      const asked = file === undefined ? {} : { settingsFile: file }
      const { home, settingsFile, environment } = cli.config
      const found = await loadSettingFile({
        home,
        settingsFile,
        environment,
        directory: process.cwd(),
        ...asked,
      })
      if (!found) return cli.out({ path: null }, 'There is no file with settings.')
      const { path, warnings } = found
      for (const warning of warnings) cli.note(warning)
      cli.out(
        {
          path,
          environment,
          settings: Object.fromEntries(found.values),
          topics: [...found.topics.keys()],
          warnings,
        },
        `${path} is valid: ${found.values.size} settings in ${environment}.`,
      )
    })

  group
    .command('migrate')
    .description('bring an older configuration file to the format and names of this release')
    .argument('[file]', 'the file; default: the one that the server would read')
    .option('--write', 'write the file; the old one stays beside it as .old')
    .action(async (file: string | undefined, { write }: { write?: boolean }) => {
      const { findSettingFile } = await import('./load-setting-file.ts')
      const { migrateSettingFile } = await import('./migrate-setting-file.ts')
      const asked = file ?? cli.config.settingsFile
      const path = await findSettingFile({
        home: cli.config.home,
        settingsFile: asked,
        directory: process.cwd(),
      })
      if (path === undefined) return cli.out({ path: null, changes: [] }, 'There is no file with settings.')
      if (path.endsWith('.ts')) {
        throw settingErrors.badFile(
          `${path} is a program and is changed by hand; "settings validate" names what.`,
        )
      }
      const { text, changes } = migrateSettingFile(await readFile(path, 'utf8'), path)
      const isWritten = write === true && changes.length > 0
      if (isWritten) {
        await writeFile(`${path}.new`, text)
        await rename(path, `${path}.old`)
        await rename(`${path}.new`, path)
      }
      const list = changes.map((change) => `- ${change}`).join('\n')
      const end = isWritten ? `Written; the old file is ${path}.old.` : 'Nothing is written without --write.'
      cli.out(
        { path, changes, isWritten, text },
        changes.length === 0 ? `${path} is of today.` : `${list}\n\n${isWritten ? '' : `${text}\n`}${end}`,
      )
    })
}

function importText({ changes, warnings, isDryRun }: SettingImport): string {
  if (changes.length === 0) return 'Nothing differs from what is set.'
  const lines = changes.map(
    ({ key, topic, diff }) => `${key}${topic ? ` (${topic})` : ''}: ${diff.join('  ')}`,
  )
  const end = isDryRun ? 'Nothing was changed.' : `${changes.length} settings were changed.`
  return [...warnings, ...lines, end].join('\n')
}
