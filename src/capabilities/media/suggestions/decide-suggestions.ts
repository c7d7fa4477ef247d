import { and, eq, inArray } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { recordAudit } from '../../audit/index.ts'
import type { Suggestion, SuggestionKind } from '../analysis.ts'
import { suggestionErrors } from './errors.ts'
import { findSuggestions, listSuggestions } from './list-suggestions.ts'
import { mediaSuggestionDecisions } from './schema.ts'
import { type Decision, suggestionId, type SuggestionList } from './suggestion.ts'

export type DecideSuggestions = {
  actor: Actor
  assetId: string
  decision: Decision
  /** These; without them, all that the other two limits leave. */
  suggestionIds?: readonly string[]
  kinds?: readonly SuggestionKind[]
  /** 0 to 1. */
  minConfidence?: number
}

/**
 * Accepts, rejects or reopens suggestions, as the caller's transaction-wide choice, and returns all of them. Fails
 * with `suggestions.notFound` when one that was named is not there any more; then nothing is changed.
 */
export async function decideSuggestions(
  deps: { db: Db; now?: () => Date },
  input: DecideSuggestions,
): Promise<SuggestionList> {
  const { actor, assetId, decision } = input
  assertMay(actor, 'media.write')
  const { workspaceId } = actor
  await deps.db.transaction(async (tx) => {
    const { decided } = await findSuggestions({ db: tx }, { workspaceId, assetId })
    const chosen = chooseFrom(
      decided.map(({ suggestion }) => suggestion),
      input,
    )
    if (chosen.length === 0) return
    const ids = chosen.map(suggestionId)
    await tx
      .delete(mediaSuggestionDecisions)
      .where(
        and(
          eq(mediaSuggestionDecisions.assetId, assetId),
          eq(mediaSuggestionDecisions.workspaceId, workspaceId),
          inArray(mediaSuggestionDecisions.suggestionId, ids),
        ),
      )
    if (decision !== 'open') {
      const decidedAt = deps.now?.() ?? new Date()
      await tx.insert(mediaSuggestionDecisions).values(
        chosen.map((one) => ({
          assetId,
          suggestionId: suggestionId(one),
          workspaceId,
          decision,
          kind: one.kind,
          startMs: one.startMs,
          endMs: one.endMs,
          reason: one.kind === 'ownCut' ? one.reason : null,
          decidedBy: actor.id,
          decidedAt,
        })),
      )
    }
    const detail = { decision, count: chosen.length }
    await recordAudit(tx, { actor, action: 'suggestions.decided', subjectId: assetId, detail })
    await publishEvent(tx, { type: 'suggestions.decided', workspaceId, subjectId: assetId, data: detail })
  })
  return listSuggestions(deps, { actor, assetId })
}

function chooseFrom(all: readonly Suggestion[], input: DecideSuggestions): Suggestion[] {
  const { suggestionIds, kinds, minConfidence = 0 } = input
  if (suggestionIds) {
    const known = new Map(all.map((one) => [suggestionId(one), one]))
    const gone = suggestionIds.find((id) => !known.has(id))
    if (gone !== undefined)
      throw suggestionErrors.notFound('A suggestion is no longer there.', { detail: { suggestionId: gone } })
  }
  const named = suggestionIds && new Set(suggestionIds)
  const chosen = new Map<string, Suggestion>()
  for (const one of all) {
    const id = suggestionId(one)
    if (named ? named.has(id) : one.confidence >= minConfidence && (!kinds || kinds.includes(one.kind)))
      chosen.set(id, one)
  }
  return [...chosen.values()]
}
