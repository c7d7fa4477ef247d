import { setTimeout as delay } from 'node:timers/promises'
import { type CliProcess, type SpawnCli, spawnCli } from './spawn-cli.ts'

export type Up = { process: CliProcess; url: string; startMs: number }

/** Starts the product as a person does and waits for the line that says where it is. */
export async function up(
  home: string,
  options: { user?: SpawnCli['user']; env?: Record<string, string> } = {},
): Promise<Up> {
  const startedAt = performance.now()
  const process = spawnCli(['up'], { home, ...options })
  const hasEnded = process.ended.then(() => true)
  for (;;) {
    const url = /is ready at (http:\S+)/.exec(process.stdout)?.[1]
    if (url) return { process, url, startMs: Math.round(performance.now() - startedAt) }
    const isOver = await Promise.race([hasEnded, delay(20, false)])
    if (isOver) throw new Error(`it ended before it was ready: ${process.stderr}`)
  }
}

/** Ends it as Ctrl-C in a terminal does it: the signal goes to the whole group. */
export async function stop(
  { process: running }: Up,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<number | null> {
  process.kill(-running.child.pid!, signal)
  return (await running.ended).code
}

/** Waits for something to become true; fails with what it was when the time is over. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`)
    await delay(50)
  }
}
