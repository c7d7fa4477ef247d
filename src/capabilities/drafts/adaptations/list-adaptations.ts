import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { draftErrors } from '../errors.ts'
import { getDraft } from '../get-draft.ts'
import { draftAdaptations } from '../schema.ts'
import { type Adaptation, toAdaptation } from './adaptation.ts'
import { type TextDestination, textDestinations } from './text-limits.ts'

/** All adaptations of a draft, in the order of destinations. Fails with `drafts.notFound`. */
export async function listAdaptations(
  deps: { db: Db },
  input: { actor: Actor; draftId: string },
): Promise<Adaptation[]> {
  assertMay(input.actor, 'drafts.read')
  const draft = await getDraft(deps, input)
  const rows = await deps.db
    .select()
    .from(draftAdaptations)
    .where(eq(draftAdaptations.draftId, input.draftId))
  const place = (row: { destination: TextDestination }) => textDestinations.indexOf(row.destination)
  return rows.sort((a, b) => place(a) - place(b)).map((row) => toAdaptation(row, draft))
}

/** One adaptation. Fails with `drafts.notFound` or `drafts.adaptationNotFound`. */
export async function getAdaptation(
  deps: { db: Db },
  input: { actor: Actor; draftId: string; destination: TextDestination },
): Promise<Adaptation> {
  assertMay(input.actor, 'drafts.read')
  const draft = await getDraft(deps, input)
  const [row] = await deps.db
    .select()
    .from(draftAdaptations)
    .where(
      and(eq(draftAdaptations.draftId, input.draftId), eq(draftAdaptations.destination, input.destination)),
    )
  if (!row) throw draftErrors.adaptationNotFound(`"${draft.title}" is not adapted for ${input.destination}.`)
  return toAdaptation(row, draft)
}
