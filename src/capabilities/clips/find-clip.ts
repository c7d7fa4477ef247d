import { and, eq } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import type { ClipRow } from './clip.ts'
import { clipErrors } from './errors.ts'
import { clips } from './schema.ts'

/** The row of a clip in this workspace; locked until the transaction ends with `forUpdate`. */
export async function findClip(
  db: Db,
  input: { workspaceId: string; clipId: string },
  options: { forUpdate?: boolean } = {},
): Promise<ClipRow> {
  const query = db
    .select()
    .from(clips)
    .where(and(eq(clips.id, input.clipId), eq(clips.workspaceId, input.workspaceId)))
  const [row] = await (options.forUpdate ? query.for('update') : query)
  if (!row) throw clipErrors.notFound('This clip does not exist.', { detail: { clipId: input.clipId } })
  return row
}
