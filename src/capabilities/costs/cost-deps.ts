import type { Db } from '../../platform/db/client.ts'

/** What costs work with. The environment decides about the built-in budget. */
export type CostDeps = { db: Db; environment: string; now?: () => Date }
