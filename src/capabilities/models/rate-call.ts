import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { modelErrors } from './errors.ts'
import { modelCalls } from './schema.ts'

/**
 * Says how good an answer was, from 0 (thrown away) to 1 (used as it was). The last word counts. Feeds the model's
 * score. Fails with `models.invalid` and `models.notFound`.
 */
export async function rateCall(
  deps: { db: Db },
  input: { actor: Actor; callId: string; rating: number },
): Promise<void> {
  const { actor, callId, rating } = input
  assertMay(actor, 'models.write')
  if (!(rating >= 0 && rating <= 1))
    throw modelErrors.invalid(`A rating of ${rating} is not between 0 and 1.`)
  const [rated] = await deps.db
    .update(modelCalls)
    .set({ rating })
    .where(and(eq(modelCalls.workspaceId, actor.workspaceId), eq(modelCalls.id, callId)))
    .returning({ id: modelCalls.id })
  if (!rated) throw modelErrors.notFound(`There is no call ${callId}.`)
}
