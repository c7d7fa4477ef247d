import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import type { FlagSource } from './compile-flags.ts'
import { type FlagDefinition, flagDefinitionSchema } from './flag.ts'
import { flagUses, flagVersions } from './schema.ts'
import { shippedFlags } from './shipped-flags.ts'

/** The current form of a flag with who made it; `version` counts removals too. */
export type StoredFlag = FlagSource & { changedBy: string | null; changedAt: Date | null; isShipped: boolean }

type Row = Omit<typeof flagVersions.$inferSelect, 'definition'> & { definition: unknown }

/** Every flag of a workspace: those of the product as shipped, and on top what was changed or made here. */
export async function loadFlags(db: Db, workspaceId: string): Promise<StoredFlag[]> {
  const rows: Row[] = await db
    .selectDistinctOn([flagVersions.key])
    .from(flagVersions)
    .where(eq(flagVersions.workspaceId, workspaceId))
    .orderBy(flagVersions.key, desc(flagVersions.version))
  const byKey = new Map(rows.map((row) => [row.key, row]))
  const keys = [...new Set([...Object.keys(shippedFlags), ...byKey.keys()])].sort()
  return keys.flatMap((key) => {
    const row = byKey.get(key)
    const definition = readDefinition(row?.definition) ?? shippedFlags[key]
    if (!definition) return []
    return [
      {
        key,
        version: row?.version ?? 0,
        definition,
        changedBy: row?.changedBy ?? null,
        changedAt: row?.changedAt ?? null,
        isShipped: Object.hasOwn(shippedFlags, key),
      },
    ]
  })
}

/** How often a key was changed in a workspace, removals included; 0 when never. */
export async function lastVersion(db: Db, workspaceId: string, key: string): Promise<number> {
  const [row] = await db
    .select({ version: flagVersions.version })
    .from(flagVersions)
    .where(and(eq(flagVersions.workspaceId, workspaceId), eq(flagVersions.key, key)))
    .orderBy(desc(flagVersions.version))
    .limit(1)
  return row?.version ?? 0
}

/** A form that this release can read; what a later one wrote counts as none rather than stopping everything. */
export function readDefinition(stored: unknown): FlagDefinition | undefined {
  const parsed = flagDefinitionSchema.safeParse(stored)
  return parsed.success ? parsed.data : undefined
}

/** When each of these flags was last asked for. */
export async function loadUses(
  db: Db,
  workspaceId: string,
  keys: readonly string[],
): Promise<Map<string, Date>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .select()
    .from(flagUses)
    .where(and(eq(flagUses.workspaceId, workspaceId), inArray(flagUses.key, [...keys])))
  return new Map(rows.map((row) => [row.key, row.lastUsedAt]))
}

/** What has passed of the schedule is the flag now; what is left of it lies ahead. */
export function settlePast(definition: FlagDefinition, now: Date): FlagDefinition {
  let { isOn, serve } = definition
  const isAhead = ({ at }: { at: string }) => Date.parse(at) > now.getTime()
  for (const change of definition.schedule.filter((each) => !isAhead(each))) {
    isOn = change.isOn ?? isOn
    serve = change.serve ?? serve
  }
  return { ...definition, isOn, serve, schedule: definition.schedule.filter(isAhead) }
}
