import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { frameToMs } from '../../../kernel/time.ts'
import type { Db } from '../../../platform/db/client.ts'
import { getAsset, type SignDeps } from '../../assets/index.ts'
import type { Analysis, Suggestion } from '../analysis.ts'
import { mediaErrors } from '../errors.ts'
import { type ExportFormat, exportFormatTable } from '../exports/export-formats.ts'
import { factsOfProbe } from '../exports/make-cut-list.ts'
import { findAnalysis } from '../get-media.ts'
import type { Probe } from '../probe.ts'
import { findWords } from '../transcripts/get-transcript.ts'
import { suggestionErrors } from './errors.ts'
import { mediaSuggestionDecisions } from './schema.ts'
import {
  type Decision,
  suggestAll,
  suggestionId,
  type SuggestionList,
  toEditSuggestion,
} from './suggestion.ts'
import { assertCut, cutListOf, planTightCut, type TightCut } from './tight-cut.ts'

type Which = { actor: Actor; assetId: string }

export type DecidedSuggestion = { suggestion: Suggestion; decision: Decision }
type Found = { decided: DecidedSuggestion[]; analysis: Analysis; probe: Probe; transcriptId: string | null }

/** The suggestions of an analysed asset with what was decided about them. Fails with `media.notAnalyzed`. */
export async function findSuggestions(
  deps: { db: Db },
  { workspaceId, assetId }: { workspaceId: string; assetId: string },
): Promise<Found> {
  const found = await findAnalysis(deps, { workspaceId, assetId })
  if (!found) throw mediaErrors.notAnalyzed('This asset has not been analysed.', { detail: { assetId } })
  const transcript = await findWords(deps, { workspaceId, assetId })
  const rows = await deps.db
    .select()
    .from(mediaSuggestionDecisions)
    .where(
      and(
        eq(mediaSuggestionDecisions.assetId, assetId),
        eq(mediaSuggestionDecisions.workspaceId, workspaceId),
      ),
    )
  const known = new Map<string, Decision>(rows.map(({ suggestionId: id, decision }) => [id, decision]))
  const own = rows
    .filter(({ kind }) => kind === 'ownCut')
    .map(({ kind, startMs, endMs, reason }) => ({
      kind,
      startMs,
      endMs,
      reason: reason ?? '',
      confidence: 1,
    }))
  const decided = suggestAll(found.analysis, transcript?.words, own).map((suggestion) => ({
    suggestion,
    decision: known.get(suggestionId(suggestion)) ?? 'open',
  }))
  return { decided, ...found, transcriptId: transcript?.transcriptId ?? null }
}

/** What could be edited in an asset, and how long the cut of what is accepted would be. */
export async function listSuggestions(deps: { db: Db }, { actor, assetId }: Which): Promise<SuggestionList> {
  assertMay(actor, 'media.read')
  const { decided, analysis, transcriptId } = await findSuggestions(deps, {
    workspaceId: actor.workspaceId,
    assetId,
  })
  const cut = planTightCut(analysis, acceptedOf(decided))
  return {
    items: decided.map(({ suggestion, decision }) => toEditSuggestion(suggestion, decision)),
    transcriptId,
    durationMs: analysis.durationMs,
    cutMs: Math.round(frameToMs(cut.frames, analysis.frameRate)),
    removedMs: Math.round(frameToMs(cut.removedFrames, analysis.frameRate)),
  }
}

/**
 * The cut that the accepted suggestions make. Fails with `suggestions.nothingAccepted`, `suggestions.nothingLeft` and
 * `media.notAnalyzed`.
 */
export async function getTightCut(
  deps: { db: Db },
  { actor, assetId }: Which,
): Promise<{ cut: TightCut; analysis: Analysis; probe: Probe }> {
  assertMay(actor, 'media.read')
  const { decided, analysis, probe } = await findSuggestions(deps, {
    workspaceId: actor.workspaceId,
    assetId,
  })
  const accepted = acceptedOf(decided)
  if (accepted.length === 0) throw suggestionErrors.nothingAccepted('No suggestion is accepted.')
  const cut = planTightCut(analysis, accepted)
  assertCut(cut)
  return { cut, analysis, probe }
}

/** The same as a file for an editor. */
export async function exportTightCut(
  deps: SignDeps & { db: Db },
  input: Which & { format: ExportFormat },
): Promise<{ text: string; contentType: string; fileName: string }> {
  const { cut, analysis, probe } = await getTightCut(deps, input)
  const asset = await getAsset(deps, input)
  const name = asset.name.replace(/\.[^.]+$/, '')
  const source = { ...factsOfProbe(probe), name: asset.name }
  const { write, contentType, extension } = exportFormatTable[input.format]
  const text = write(cutListOf(cut, { ...analysis, name, source }))
  return { text, contentType, fileName: `${name} (tight)${extension}` }
}

function acceptedOf(decided: readonly DecidedSuggestion[]): Suggestion[] {
  return decided.filter(({ decision }) => decision === 'accepted').map(({ suggestion }) => suggestion)
}
