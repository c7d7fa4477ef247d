/** What a caller may do about a failure: nothing, wait and try again, or change something first. */
export type RetryRule = 'never' | 'backoff' | 'after-change'

/** One row of a failure table: how the failure looks at every edge of the product. */
export type FailureRow = {
  /** HTTP status of the answer. */
  status: number
  retry: RetryRule
  /** One sentence for a person: what it means and what to do. */
  help: string
}

export type FailureOptions = {
  cause?: unknown
  /** Small facts for the caller, such as ids or limits; never secrets. */
  detail?: Record<string, unknown>
}

/** A failure that a caller can see. Made only by the functions of a failure table. */
export class AppError extends Error {
  readonly code: string
  readonly row: FailureRow
  readonly detail: Record<string, unknown> | undefined

  constructor(code: string, row: FailureRow, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.row = row
    this.detail = options.detail
  }
}

/** Makes one failure of a table; `message` is one sentence about this very case. */
export type Fail = (message: string, options?: FailureOptions) => AppError

/** A failure table: a function per row, which makes the error with code `area.row`. */
export type FailureTable<Rows extends Record<string, FailureRow>> = { readonly [K in keyof Rows]: Fail } & {
  readonly rows: Readonly<Rows>
  readonly area: string
}

const tables = new Map<string, Record<string, FailureRow>>()

/**
 * Declares the failures of one area. Codes are `area.row`.
 * The table is also registered, so that `docs/errors.md` lists every failure there is.
 */
export function defineErrors<const Rows extends Record<string, FailureRow>>(
  area: string,
  rows: Rows,
): FailureTable<Rows> {
  if (tables.has(area)) throw new TypeError(`The failure table "${area}" is defined twice`)
  tables.set(area, rows)
  const makers = Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [
      name,
      (message: string, options?: FailureOptions) => new AppError(`${area}.${name}`, row, message, options),
    ]),
  )
  return { ...makers, rows, area } as FailureTable<Rows>
}

/** Every failure known so far, sorted by code. Used by the docs generator and their test. */
export function allFailures(): Array<FailureRow & { code: string }> {
  return [...tables]
    .flatMap(([area, rows]) =>
      Object.entries(rows).map(([name, row]) => ({ code: `${area}.${name}`, ...row })),
    )
    .sort((a, b) => a.code.localeCompare(b.code))
}

/** Builds an AppError again from its code, as read from a database row or an engine message. */
export function errorFromCode(
  code: string,
  message: string,
  detail?: Record<string, unknown>,
): AppError | undefined {
  const [area = '', name = ''] = code.split('.')
  const row = tables.get(area)?.[name]
  return row ? new AppError(code, row, message, { detail }) : undefined
}
