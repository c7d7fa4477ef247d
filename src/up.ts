import type { Command } from 'commander'
import type { CliContext } from './platform/cli/cli-context.ts'
import { loadConfig } from './platform/config/config.ts'
import { createLog } from './platform/log/log.ts'
import type { Role, Running } from './main.ts'

/** `creatorops up`, and `api` and `worker` for more than one machine. */
export function upCommands(program: Command, cli: CliContext): void {
  program
    .command('up')
    .description('start everything: database, workflow engine, API, worker and Studio')
    .option('--dev', 'log every request in readable lines')
    .action((options: { dev?: boolean }) => runUntilStopped(cli, ['api', 'worker'], options))
  program
    .command('api')
    .description('start only the API and the Studio, for a fleet')
    .action(() => runUntilStopped(cli, ['api'], {}))
  program
    .command('worker')
    .description('start only a worker, for a fleet')
    .action(() => runUntilStopped(cli, ['worker'], {}))
}

async function runUntilStopped(cli: CliContext, roles: Role[], options: { dev?: boolean }): Promise<void> {
  const config = loadConfig(process.env)
  // Loaded here: most commands do without the server, and this is most of the code.
  const { startCreatorOps } = await import('./main.ts')
  const isChosen = process.env['CREATOROPS_LOG_LEVEL'] !== undefined
  const log = createLog({ level: options.dev || isChosen ? config.logLevel : 'warn' })
  const running = await startCreatorOps({
    config,
    log,
    roles,
    env: process.env,
    showsPassword: roles.includes('api'),
    signal: cli.signal,
    onStage: (stage) => cli.note(`${stage} …`),
  })
  announce(cli, running, config.owner.email)
  await stopped(cli.signal)
  cli.note('Stopping …')
  await running.stop()
  cli.note('Stopped.')
}

function announce(cli: CliContext, running: Running, email: string): void {
  const { url, createdPassword } = running
  // Since the process began: what a person has waited, the loading of the program included.
  const startMs = Math.round(performance.now())
  const seconds = (startMs / 1000).toFixed(1)
  cli.out(
    { url, startMs, ...(createdPassword ? { email, oneTimePassword: createdPassword } : {}) },
    url ? `CreatorOps is ready at ${url} (${seconds} s)` : `The worker is ready (${seconds} s)`,
  )
  if (createdPassword) {
    cli.note(`\n  E-mail              ${email}`)
    cli.note(`  One-time password   ${createdPassword}`)
    cli.note('\nThe password is shown only now. You choose your own when you sign in for the first time.')
  }
  cli.note('Press Ctrl-C to stop.')
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
