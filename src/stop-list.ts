import type { Logger } from './platform/log/log.ts'

/** What has been started, to be stopped in the opposite order. */
export type StopList = {
  add(name: string, stop: () => Promise<unknown>): void
  /** Stops everything once; one part that fails to stop does not keep the others running. */
  run(): Promise<void>
}

export function createStopList(log: Logger): StopList {
  const stops: Array<{ name: string; stop: () => Promise<unknown> }> = []
  let running: Promise<void> | undefined

  async function stopAll(): Promise<void> {
    for (const { name, stop } of stops.reverse()) {
      try {
        await stop()
      } catch (error) {
        log.error({ err: error, part: name }, 'a part did not stop in order')
      }
    }
  }

  return {
    add: (name, stop) => void stops.push({ name, stop }),
    run: () => (running ??= stopAll()),
  }
}
