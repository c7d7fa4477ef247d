import { llmErrors } from './errors.ts'
import { pickSentences } from './pick-sentences.ts'
import type { Llm, LlmRequest, LlmResult } from './port.ts'
import { countTokens } from './tokens.ts'

/** What every text of it must be shown with. */
export const offlineLabel = 'assembled from your notes'

/** Longer than this is a pile of quotes, not an answer. */
const mostTokens = 600

/**
 * Text without a model: whole sentences of the user's own notes that say most about what was asked, unchanged and in
 * order. It writes nothing of its own and says so in `label`. Without notes it refuses.
 */
export function offlineLlm(): Llm {
  async function assemble(request: LlmRequest): Promise<LlmResult> {
    const { notes = [], messages, schema, signal } = request
    if (signal?.aborted) throw llmErrors.cancelled('The call was cancelled.', { cause: signal.reason })
    if (schema) throw llmErrors.unsupported('Without a model there is no data by schema, only text.')
    const about = messages.findLast(({ role }) => role === 'user')?.text ?? ''
    const limit = Math.min(request.maxOutputTokens, mostTokens)
    const picked = await pickSentences(notes, { about, mostTokens: limit })
    if (picked.length === 0) throw llmErrors.nothingToSay('There are no notes to assemble a text from.')
    const paragraphs = new Map<string, string[]>()
    for (const { noteId, text } of picked) paragraphs.set(noteId, [...(paragraphs.get(noteId) ?? []), text])
    const text = [...paragraphs.values()].map((sentences) => sentences.join(' ')).join('\n\n')
    return {
      text,
      finish: 'stop',
      model: 'offline',
      label: offlineLabel,
      usage: {
        inputTokens: countTokens(notes.map((note) => note.text).join('\n')),
        outputTokens: countTokens(text),
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        isEstimated: true,
      },
    }
  }

  return {
    name: 'offline',
    can: { streams: false, objects: false, isModel: false },
    generate: assemble,
    async *stream(request) {
      const result = await assemble(request)
      yield result.text
      return result
    },
    check: async () => undefined,
  }
}
