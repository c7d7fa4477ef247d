import type { Actor } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { auditEntries } from './schema.ts'

export type AuditRecord = {
  actor: Pick<Actor, 'kind' | 'id' | 'workspaceId'>
  /** Past tense with its area: `apiKey.revoked`. */
  action: string
  subjectId: string
  /** Small facts, such as the old and the new role; never secrets. */
  detail?: Record<string, unknown>
  /** When it happened; default now. */
  at?: Date
}

/** Adds a line to the trail in the caller's transaction, so that the deed and its record stand or fall together. */
export async function recordAudit(db: Db, record: AuditRecord): Promise<void> {
  await db.insert(auditEntries).values({
    id: newId('audit'),
    workspaceId: record.actor.workspaceId,
    at: record.at ?? new Date(),
    actorKind: record.actor.kind,
    actorId: record.actor.id,
    action: record.action,
    subjectId: record.subjectId,
    detail: record.detail ?? {},
  })
}
