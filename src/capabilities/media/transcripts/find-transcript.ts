import { and, eq } from 'drizzle-orm'
import type { Db } from '../../../platform/db/client.ts'
import { transcriptErrors } from './errors.ts'
import { mediaTranscripts } from './schema.ts'
import type { TranscriptRow } from './transcript.ts'

/** The row of a transcript in this workspace; locked until the transaction ends with `forUpdate`. */
export async function findTranscript(
  db: Db,
  input: { workspaceId: string; transcriptId: string },
  options: { forUpdate?: boolean } = {},
): Promise<TranscriptRow> {
  const query = db
    .select()
    .from(mediaTranscripts)
    .where(
      and(eq(mediaTranscripts.id, input.transcriptId), eq(mediaTranscripts.workspaceId, input.workspaceId)),
    )
  const [row] = await (options.forUpdate ? query.for('update') : query)
  if (!row) {
    const { transcriptId } = input
    throw transcriptErrors.notFound('This transcript does not exist.', { detail: { transcriptId } })
  }
  return row
}
