import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import { type Analysis, type Suggestion, suggestionKinds } from '../analysis.ts'
import type { Word } from '../captions/caption.ts'
import { findHook, findSpokenHook } from './find-hook.ts'
import { effects } from './tight-cut.ts'
import { suggestFromWords } from './words-suggest.ts'

export const decisions = ['open', 'accepted', 'rejected'] as const
export type Decision = (typeof decisions)[number]

export const suggestionSchema = z
  .object({
    id: z.string().openapi({ description: 'Stays the same as long as kind and times do.' }),
    kind: z.enum(suggestionKinds),
    startMs: z.number(),
    endMs: z.number(),
    reason: z.string(),
    confidence: z.number(),
    effect: z.enum(['remove', 'open', 'mark']).openapi({
      description: 'What accepting does: leave the stretch out, open the cut with it, or only mark it.',
    }),
    decision: z.enum(decisions),
  })
  .openapi('EditSuggestion')

export type EditSuggestion = z.infer<typeof suggestionSchema>

export const suggestionListSchema = z
  .object({
    items: z.array(suggestionSchema),
    transcriptId: z
      .string()
      .nullable()
      .openapi({ description: 'The transcript that fillers, retakes and the hook come from.' }),
    durationMs: z.number(),
    cutMs: z.number().openapi({ description: 'How long the cut of what is accepted would be.' }),
    removedMs: z.number(),
  })
  .openapi('EditSuggestions')

export type SuggestionList = z.infer<typeof suggestionListSchema>

/** Everything that could be edited: from an analysis, from words, and by one's own hand; in order of time. */
export function suggestAll(
  analysis: Pick<Analysis, 'suggestions' | 'keep'>,
  words: readonly Word[] = [],
  own: readonly Suggestion[] = [],
): Suggestion[] {
  const hook = words.length > 0 ? findHook(words) : findSpokenHook(analysis.keep)
  return [...analysis.suggestions, ...suggestFromWords(words), ...(hook ? [hook] : []), ...own].sort(
    (a, b) => a.startMs - b.startMs || a.endMs - b.endMs,
  )
}

/** Names a suggestion by what it is. */
export function suggestionId({ kind, startMs, endMs }: Suggestion): string {
  const text = `${kind} ${Math.round(startMs)} ${Math.round(endMs)}`
  return `sug_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}

export function toEditSuggestion(suggestion: Suggestion, decision: Decision): EditSuggestion {
  const { kind, startMs, endMs, reason, confidence } = suggestion
  return {
    id: suggestionId(suggestion),
    kind,
    startMs,
    endMs,
    reason,
    confidence,
    effect: effects[kind],
    decision,
  }
}
