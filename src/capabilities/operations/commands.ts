import type { Command } from 'commander'
import type { BaseConfig } from '../../platform/config/config.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import type { MediaDescription } from './part-checks.ts'
import { doctorText, runDoctor } from './run-doctor.ts'

export type OperationCommandDeps = {
  version: string
  describeMedia: (config: BaseConfig) => Promise<MediaDescription>
  /** The PATH to look for optional programs on. */
  path: string | undefined
}

/** `doctor`, which needs no server. */
export function operationCommands(program: Command, cli: CliContext, deps: OperationCommandDeps): void {
  program
    .command('doctor')
    .description('say what this machine can do, and how to fix what is missing')
    .action(async () => {
      const report = await runDoctor({ ...deps, readConfig: () => cli.config })
      cli.out(report, doctorText(report))
      if (!report.isReady) cli.exitWith(1)
    })
}
