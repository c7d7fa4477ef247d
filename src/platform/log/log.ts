import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const secretNames = [
  'password',
  'secret',
  'clientSecret',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'authorization',
  'cookie',
  'databaseUrl',
]

/**
 * Makes the log of a process: one JSON line per entry, standard error by default, so that standard output stays
 * free for results. Values under the names of secrets are replaced, up to three levels deep.
 */
export function createLog(options: { level: LogLevel; destination?: DestinationStream }): Logger {
  const paths = [
    ...secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    '["set-cookie"]',
    '*["set-cookie"]',
    '*.*["set-cookie"]',
  ]
  return pino(
    {
      level: options.level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[redacted]' },
    },
    options.destination ?? pino.destination({ fd: 2, sync: true }),
  )
}

/** A log that writes nothing, for tests and for library use. */
export function silentLog(): Logger {
  return pino({ level: 'silent' })
}
