import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { recordAudit } from '../../audit/index.ts'
import { suggestionErrors } from './errors.ts'
import { findSuggestions, listSuggestions } from './list-suggestions.ts'
import { mediaSuggestionDecisions } from './schema.ts'
import { suggestionId, type SuggestionList } from './suggestion.ts'

export type AddOwnCut = {
  actor: Actor
  assetId: string
  /** Half-open, in the time of the recording. An end behind the recording's is its end. */
  startMs: number
  endMs: number
  /** Such as the words that go. */
  reason?: string
}

/**
 * Takes a stretch out of the tight cut that nobody suggested, and returns all suggestions, this one accepted among
 * them; reopening takes it away again. The same stretch twice is one. Fails with `suggestions.badRange` and
 * `media.notAnalyzed`.
 */
export async function addOwnCut(
  deps: { db: Db; now?: () => Date },
  input: AddOwnCut,
): Promise<SuggestionList> {
  const { actor, assetId, reason = '' } = input
  assertMay(actor, 'media.write')
  const { workspaceId } = actor
  await deps.db.transaction(async (tx) => {
    const { analysis } = await findSuggestions({ db: tx }, { workspaceId, assetId })
    const startMs = Math.round(input.startMs)
    const endMs = Math.round(Math.min(input.endMs, analysis.durationMs))
    if (!(startMs >= 0 && startMs < endMs))
      throw suggestionErrors.badRange(`There is nothing from ${input.startMs} to ${input.endMs} ms.`)
    const own = { kind: 'ownCut' as const, startMs, endMs, reason, confidence: 1 }
    const added = await tx
      .insert(mediaSuggestionDecisions)
      .values({
        assetId,
        suggestionId: suggestionId(own),
        workspaceId,
        decision: 'accepted',
        kind: own.kind,
        startMs,
        endMs,
        reason,
        decidedBy: actor.id,
        decidedAt: deps.now?.() ?? new Date(),
      })
      .onConflictDoNothing()
      .returning({ id: mediaSuggestionDecisions.suggestionId })
    if (added.length === 0) return
    const detail = { decision: 'accepted', startMs, endMs }
    await recordAudit(tx, { actor, action: 'suggestions.ownCutAdded', subjectId: assetId, detail })
    await publishEvent(tx, { type: 'suggestions.decided', workspaceId, subjectId: assetId, data: detail })
  })
  return listSuggestions(deps, { actor, assetId })
}
