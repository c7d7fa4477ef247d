import type { LlmRequest, LlmUsage } from './port.ts'
import { countTokens } from './tokens.ts'

/** What a request and a text come to by our own count. */
export function estimateUsage(request: LlmRequest, text: string): LlmUsage {
  const { system = '', messages, notes = [], schema } = request
  const all = [
    system,
    ...messages.map((one) => one.text),
    ...notes.map((one) => one.text),
    schema ? JSON.stringify(schema.json) : '',
  ]
  return {
    // Roles and separators are some tokens for each message.
    inputTokens: countTokens(all.join('\n')) + 8 * (messages.length + 1),
    outputTokens: countTokens(text),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    isEstimated: true,
  }
}
