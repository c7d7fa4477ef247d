import { timestamp } from 'drizzle-orm/pg-core'

/** A column for a moment in time: `timestamptz`, a `Date` in code. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
