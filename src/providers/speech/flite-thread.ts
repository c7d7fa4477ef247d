import { Worker } from 'node:worker_threads'
import { speechErrors } from './errors.ts'
import type { FliteReply, FliteRequest } from './flite-worker.ts'

export type FliteThread = {
  /** Runs Flite once with these arguments. Fails with `speech.failed`, or with the signal's reason. */
  run(request: Omit<FliteRequest, 'id'>, signal?: AbortSignal): Promise<{ printed: string; wav?: Uint8Array }>
  close(): Promise<void>
}

type Waiting = { resolve(reply: { printed: string; wav?: Uint8Array }): void; reject(error: unknown): void }

/** One thread with Flite in it, begun at the first request. It keeps no process alive. */
export function createFliteThread(): FliteThread {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let lastId = 0

  function start(): Worker {
    const begun = new Worker(new URL('./flite-worker.ts', import.meta.url), {
      // WASI announces itself as experimental in every thread.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdout: false,
      stderr: false,
    })
    begun.on('message', (reply: FliteReply) => {
      const waiter = waiting.get(reply.id)
      waiting.delete(reply.id)
      if (waiting.size === 0) begun.unref()
      if ('error' in reply) waiter?.reject(speechErrors.failed(`Flite could not speak: ${reply.error}.`))
      else waiter?.resolve(reply)
    })
    begun.on('error', (cause) => stop(begun, speechErrors.failed('Flite broke off.', { cause })))
    begun.on('exit', () => stop(begun, speechErrors.failed('Flite ended in the middle.')))
    return begun
  }

  function stop(ended: Worker, failure: Error): void {
    if (worker !== ended) return
    worker = undefined
    for (const waiter of waiting.values()) waiter.reject(failure)
    waiting.clear()
  }

  return {
    async run(request, signal) {
      signal?.throwIfAborted()
      worker ??= start()
      worker.ref()
      const id = ++lastId
      // A request is over in well under a second: an abort stops the waiting, not the thread.
      return new Promise((resolve, reject) => {
        const onAbort = () => reject(signal?.reason)
        signal?.addEventListener('abort', onAbort, { once: true })
        const settle = () => signal?.removeEventListener('abort', onAbort)
        waiting.set(id, {
          resolve: (reply) => (settle(), resolve(reply)),
          reject: (error) => (settle(), reject(error)),
        })
        worker!.postMessage({ id, ...request } satisfies FliteRequest, [])
      })
    },
    async close() {
      const ended = worker
      worker = undefined
      for (const waiter of waiting.values()) waiter.reject(speechErrors.failed('Flite was stopped.'))
      waiting.clear()
      await ended?.terminate()
    },
  }
}
