import { createHash } from 'node:crypto'
import type { Pool, QueryConfig } from 'pg'
import { isPlainRead } from './count-writes.ts'

/** Texts are built by code, so there are some hundred; lists of ids of every length must not fill the servers. */
const mostNames = 400

type Query = (config: unknown, ...rest: unknown[]) => Promise<unknown>

/**
 * Gives the reading queries of a pool names, by which every connection keeps them parsed and, after some uses,
 * planned. A read by id then costs the database about half. Only for single reads, since one that the server refuses
 * because a table changed under it is asked again without a name; transactions are left as they are.
 */
export function nameStatements(pool: Pool): void {
  const names = new Map<string, string>()
  const query = pool.query.bind(pool) as unknown as Query

  function nameOf(text: string): string | undefined {
    const known = names.get(text)
    if (known !== undefined || names.size >= mostNames) return known
    const name = `q_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
    names.set(text, name)
    return name
  }

  pool.query = (async (config: unknown, ...rest: unknown[]) => {
    const name = isPlainRead(config) ? nameOf(config.text) : undefined
    if (name === undefined) return query(config, ...rest)
    try {
      return await query({ ...(config as QueryConfig), name }, ...rest)
    } catch (error) {
      if (!isStalePlan(error)) throw error
      return query(config, ...rest)
    }
  }) as unknown as Pool['query']
}

// "cached plan must not change result type": the table was altered since the statement was prepared.
function isStalePlan(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '0A000'
}
