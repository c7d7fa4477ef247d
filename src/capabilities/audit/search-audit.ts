import { and, desc, eq, gte, ilike, lt, or, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { decodeCursor, type Page, toPage } from '../../platform/http/pagination.ts'
import type { AuditEntry } from './audit-entry.ts'
import { auditEntries } from './schema.ts'

export type AuditSearch = {
  actor: Actor
  /** An exact action, or an area with a dot at the end: `member.` finds all of them. */
  action?: string | undefined
  actorId?: string | undefined
  subjectId?: string | undefined
  /** Words that must appear in the action, the ids or the detail. */
  text?: string | undefined
  /** From this moment on. */
  from?: Date | undefined
  /** Before this moment. */
  to?: Date | undefined
  limit: number
  cursor?: string | undefined
}

const positionSchema = z.tuple([z.iso.datetime(), z.string()])

/** The trail of the actor's workspace, newest first. */
export async function searchAudit(db: Db, search: AuditSearch): Promise<Page<AuditEntry>> {
  assertMay(search.actor, 'audit.read')
  const rows = await db
    .select()
    .from(auditEntries)
    .where(and(eq(auditEntries.workspaceId, search.actor.workspaceId), ...conditions(search)))
    .orderBy(desc(auditEntries.at), desc(auditEntries.id))
    .limit(search.limit + 1)
  const page = toPage(rows, search.limit, (row) => [row.at.toISOString(), row.id])
  return { ...page, items: page.items.map(toAuditEntry) }
}

function toAuditEntry(row: typeof auditEntries.$inferSelect): AuditEntry {
  const { id, at, actorKind, actorId, action, subjectId, detail } = row
  return { id, at: at.toISOString(), actorKind, actorId, action, subjectId, detail }
}

function conditions(search: AuditSearch): Array<SQL | undefined> {
  const after = decodeCursor(positionSchema, search.cursor)
  return [
    search.action?.endsWith('.') ? ilike(auditEntries.action, `${likeText(search.action)}%`) : undefined,
    search.action && !search.action.endsWith('.') ? eq(auditEntries.action, search.action) : undefined,
    search.actorId ? eq(auditEntries.actorId, search.actorId) : undefined,
    search.subjectId ? eq(auditEntries.subjectId, search.subjectId) : undefined,
    search.from ? gte(auditEntries.at, search.from) : undefined,
    search.to ? lt(auditEntries.at, search.to) : undefined,
    ...words(search.text).map((word) =>
      or(
        ilike(auditEntries.action, word),
        ilike(auditEntries.actorId, word),
        ilike(auditEntries.subjectId, word),
        sql`${auditEntries.detail}::text ilike ${word}`,
      ),
    ),
    after
      ? sql`(${auditEntries.at}, ${auditEntries.id}) < (${after[0]}::timestamptz, ${after[1]})`
      : undefined,
  ]
}

function words(text: string | undefined): string[] {
  return (text ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, 8)
    .map((word) => `%${likeText(word)}%`)
}

function likeText(text: string): string {
  return text.replace(/[\\%_]/g, (sign) => `\\${sign}`)
}
