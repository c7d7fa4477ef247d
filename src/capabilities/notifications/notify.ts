import { newId } from '../../kernel/ids.ts'
import { truncate } from '../../kernel/text.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { notifications } from './schema.ts'

export type Notify = {
  workspaceId: string
  /** Past tense, like an event: `production.finished`. */
  kind: string
  /** One line; longer than 200 characters is cut. */
  title: string
  body?: string
  /** What it is about; the Studio links there. */
  subjectId: string
  /** Only for this person; without it for everyone in the workspace. */
  personId?: string
  /** A second call with the same key in the workspace does nothing, for callers that may repeat themselves. */
  onceKey?: string
}

/** Leaves a notification in the caller's transaction: it appears if that commits. Returns its id, or undefined when the key was used. */
export async function notify(
  db: Db,
  input: Notify,
  now: () => Date = () => new Date(),
): Promise<string | undefined> {
  const [made] = await db
    .insert(notifications)
    .values({
      id: newId('note'),
      workspaceId: input.workspaceId,
      personId: input.personId ?? null,
      kind: input.kind,
      title: truncate(input.title, 200),
      body: truncate(input.body ?? '', 2_000),
      subjectId: input.subjectId,
      onceKey: input.onceKey ?? null,
      createdAt: now(),
    })
    .onConflictDoNothing({ target: [notifications.workspaceId, notifications.onceKey] })
    .returning({ id: notifications.id })
  if (!made) return undefined
  await publishEvent(db, {
    type: 'notification.created',
    workspaceId: input.workspaceId,
    subjectId: made.id,
    data: { kind: input.kind, about: input.subjectId, personId: input.personId ?? null },
  })
  return made.id
}
