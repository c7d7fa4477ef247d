import type { Writable } from 'node:stream'
import { Command, CommanderError, Option } from 'commander'
import type { BaseConfig, Environment } from '../config/config.ts'
import { readConfig } from '../config/config.ts'
import { createLog, type Logger } from '../log/log.ts'
import type { ApiClient } from './api-client.ts'
import type { CliContext } from './cli-context.ts'
import { connectApi, type StartServer } from './connect-api.ts'
import { cliErrors } from './errors.ts'
import { asFailure, type ExitCode, exitCodeOf, failureJson, failureText } from './failure.ts'
import { plainText } from './layout.ts'
import { chooseProgress } from './progress.ts'

type Output = Writable & { isTTY?: boolean; columns?: number }

export type RunCliOptions = {
  /** Words after the program's name. */
  argv: readonly string[]
  env: Environment
  stdout: Output
  stderr: Output
  /** Aborted when the person gives up. */
  signal?: AbortSignal
  version: string
  /** Starts a server inside this process for one call, when none is running. */
  startServer?: StartServer
  /** Adds the commands. */
  register: (program: Command, cli: CliContext) => void
}

/**
 * Runs one command: parses, calls it, prints the result to `stdout` and any failure to `stderr`.
 * The answer is the exit code: 0 done, 2 bad usage or bad input, 1 anything else. Never throws.
 */
export async function runCli(options: RunCliOptions): Promise<ExitCode> {
  const { program, cli, end } = buildProgram(options)
  let code: ExitCode
  try {
    await program.parseAsync([...options.argv], { from: 'user' })
    code = 0
  } catch (thrown) {
    // Help and version end by "throwing" with exit code 0.
    code = thrown instanceof CommanderError && thrown.exitCode === 0 ? 0 : report(thrown, cli, options)
  }
  return end(code)
}

/** The whole command tree, as `runCli` uses it; also the source of docs/cli.md. */
export function buildProgram(options: RunCliOptions) {
  const { env, stdout, stderr } = options
  const wantsJson = options.argv.includes('--json')
  let config: BaseConfig | undefined
  let log: Logger | undefined
  let api: Promise<ApiClient> | undefined
  let ownCode: ExitCode = 0

  const program = new Command('creatorops')
    .description('Video operations for creators: recordings in, finished packages out.')
    .version(options.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .option('--json', 'print the result as one JSON document')
    .addOption(
      new Option('--progress <kind>', 'how to show progress')
        .choices(['auto', 'json', 'none'])
        .default('auto'),
    )
    .configureHelp({ showGlobalOptions: true, sortSubcommands: true })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      // Usage mistakes come back as a thrown CommanderError; the help of a bare `creatorops clips` is still shown.
      writeErr: (text) => wantsJson || stderr.write(text),
      outputError: () => undefined,
    })
    .exitOverride()
    .allowExcessArguments(false)

  const cli: CliContext = {
    json: wantsJson,
    signal: options.signal ?? new AbortController().signal,
    get config() {
      return (config ??= readConfig(env))
    },
    get log() {
      // A command's own output is enough for a person; the log speaks up when something is wrong.
      return (log ??= createLog({ level: env['CREATOROPS_LOG_LEVEL'] ? cli.config.logLevel : 'warn' }))
    },
    out: (value, text) =>
      void stdout.write(`${wantsJson ? JSON.stringify(value, null, 2) : (text ?? plainText(value))}\n`),
    note: (line) => void (wantsJson || stderr.write(`${line}\n`)),
    progress: (label) => {
      const mode = program.opts<{ progress: 'auto' | 'json' | 'none' }>().progress
      return chooseProgress(stderr, wantsJson && mode === 'auto' ? 'none' : mode, label)
    },
    exitWith: (code) => (ownCode = code),
    api: () =>
      (api ??= connectApi({
        config: cli.config,
        log: cli.log,
        startServer: options.startServer,
        signal: cli.signal,
        note: cli.note,
      })),
  }
  options.register(program, cli)

  return {
    program,
    cli,
    /** Stops what the command started; the exit code of the process. */
    async end(code: ExitCode): Promise<ExitCode> {
      const client = await api?.catch(() => undefined)
      await client?.close()
      return code === 0 ? ownCode : code
    },
  }
}

function report(thrown: unknown, cli: CliContext, { stderr, signal }: RunCliOptions): ExitCode {
  const failure = signal?.aborted ? cliErrors.interrupted('The command was interrupted.') : asFailure(thrown)
  // A bare `creatorops clips` has already been answered with its help.
  if (thrown instanceof CommanderError && thrown.code === 'commander.help' && !cli.json) return 2
  stderr.write(cli.json ? `${JSON.stringify(failureJson(failure))}\n` : failureText(failure))
  if (failure.code === 'cli.internal') cli.log.debug({ err: thrown }, 'command failed')
  return exitCodeOf(failure)
}
