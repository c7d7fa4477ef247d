import { productVersion, registerCommands } from './commands.ts'
import { startEmbeddedServer } from './embedded-server.ts'
import { runCli } from './platform/cli/run-cli.ts'

const giveUp = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // The first asks the command to stop in order; the second does not wait.
    if (giveUp.signal.aborted) process.exit(1)
    giveUp.abort()
  })
}
// `creatorops … | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  if (error.code !== 'EIO') throw error
})
// A terminal that was closed takes no more words, and what was started must still be stopped.
process.stderr.on('error', () => undefined)

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: giveUp.signal,
  version: productVersion,
  startServer: startEmbeddedServer,
  register: registerCommands,
})
