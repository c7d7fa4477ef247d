import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Micros } from '../../kernel/money.ts'
import type { Db } from '../../platform/db/client.ts'
import { type CostLine, estimateCost } from './estimate-cost.ts'

/** What a workspace keeps, by how long ago it was made. The capability that stores files hands in how to measure it. */
export type StoredBytes = { ageDaysAtLeast: number; bytes: number; objects: number }
export type MeasureStorage = (workspaceId: string) => Promise<{
  /** `local` costs nothing here; `s3` is billed. */
  where: 'local' | 's3'
  /** Disjoint: each object is in the row of its age only. */
  byAge: StoredBytes[]
}>

export const storageCostsSchema = z
  .object({
    where: z.enum(['local', 's3']),
    bytes: z.int(),
    objects: z.int(),
    monthlyMicros: z
      .int()
      .openapi({ description: 'What S3 Standard takes for it a month; 0 on your own disk.' }),
    byAge: z.array(
      z.object({ ageDaysAtLeast: z.int(), bytes: z.int(), objects: z.int(), monthlyMicros: z.int() }),
    ),
    lifecycles: z.array(
      z.object({
        storageClass: z.string(),
        afterDays: z.int(),
        bytes: z.int(),
        movingMicros: z.int().openapi({ description: 'Once, for the requests that move the objects.' }),
        monthlyMicros: z.int(),
        savedMicrosPerMonth: z.int(),
        retrievalMicrosPerGb: z.int(),
        note: z.string(),
      }),
    ),
    note: z.string(),
  })
  .openapi('StorageCosts')

export type StorageCosts = z.infer<typeof storageCostsSchema>

/** Classes worth a rule, with the age from which they are and what S3 demands of them. */
const classes = [
  { item: 'aws.s3.standard-ia', name: 'STANDARD_IA', afterDays: 30, minDays: 30, minBytes: 128_000 },
  { item: 'aws.s3.glacier-ir', name: 'GLACIER_IR', afterDays: 90, minDays: 90, minBytes: 128_000 },
  { item: 'aws.s3.deep-archive', name: 'DEEP_ARCHIVE', afterDays: 180, minDays: 180, minBytes: 40_000 },
] as const

const gigabyte = 1e9

/**
 * What storing takes a month and what each lifecycle rule would save. On your own disk nothing is billed; the rules
 * are then worked out as if it were in S3, so that the step to a bucket can be weighed.
 */
export async function reportStorage(
  deps: { db: Db; now?: () => Date; measureStorage: MeasureStorage },
  input: { actor: Actor },
): Promise<StorageCosts> {
  assertMay(input.actor, 'costs.read')
  const { workspaceId } = input.actor
  const { where, byAge } = await deps.measureStorage(workspaceId)
  const price = async (line: CostLine): Promise<Micros> =>
    (await estimateCost(deps, { workspaceId, lines: [line] })).totalMicros
  const standard = (bytes: number) =>
    price({ item: 'aws.s3.standard', unit: 'gigabyteMonths', quantity: bytes / gigabyte })

  const rows = []
  for (const row of byAge)
    rows.push({ ...row, monthlyMicros: where === 's3' ? await standard(row.bytes) : 0 })
  const lifecycles = []
  for (const one of classes) {
    const old = byAge.filter(({ ageDaysAtLeast }) => ageDaysAtLeast >= one.afterDays)
    const [bytes, objects] = [sum(old, 'bytes'), sum(old, 'objects')]
    // Small objects are billed as if they were of the smallest size, so they are not worth moving.
    if (bytes === 0 || bytes / objects < one.minBytes) continue
    const quantity = bytes / gigabyte
    const monthlyMicros = await price({ item: one.item, unit: 'gigabyteMonths', quantity })
    const savedMicrosPerMonth = (await standard(bytes)) - monthlyMicros
    if (savedMicrosPerMonth <= 0) continue
    lifecycles.push({
      storageClass: one.name,
      afterDays: one.afterDays,
      bytes,
      movingMicros: await price({ item: 'aws.s3.write-requests', unit: 'requests', quantity: objects }),
      monthlyMicros,
      savedMicrosPerMonth,
      retrievalMicrosPerGb: await price({ item: `${one.item}-retrieval`, unit: 'gigabytes', quantity: 1 }),
      note: `Objects stay at least ${one.minDays} days in it, or are billed for them.`,
    })
  }
  const bytes = sum(byAge, 'bytes')
  return {
    where,
    bytes,
    objects: sum(byAge, 'objects'),
    monthlyMicros: rows.reduce((total, row) => total + row.monthlyMicros, 0),
    byAge: rows,
    lifecycles,
    note:
      where === 's3'
        ? 'Prices of S3 in us-east-1 for the first 50 TB a month.'
        : 'Files are on your own disk and cost nothing here. The rules say what they would save in S3.',
  }
}

function sum(rows: readonly StoredBytes[], key: 'bytes' | 'objects'): number {
  return rows.reduce((total, row) => total + row[key], 0)
}
