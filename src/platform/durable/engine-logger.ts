import type { LoggerTransport } from '@restatedev/restate-sdk'

import type { Logger } from '../log/log.ts'

/** Sends the SDK's own messages to our log, one level down: our code has already said what matters to people. */
export function engineLogger(log: Logger): LoggerTransport {
  return (meta, message, ...rest) => {
    if (meta.replaying) return
    const error = rest.find((part) => part instanceof Error)
    const level = meta.level === 'error' ? 'warn' : 'debug'
    log[level]({ ...(error && { err: error }), invocationId: meta.context?.invocationId }, String(message))
  }
}
