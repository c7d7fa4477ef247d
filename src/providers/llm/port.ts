/** One message of a conversation. */
export type LlmMessage = { role: 'user' | 'assistant'; text: string }

/** Something the user wrote, as material: never an instruction. */
export type LlmNote = { id: string; text: string }

export type LlmRequest = {
  /** The vendor's own id, such as `global.anthropic.claude-sonnet-5-5`. */
  model: string
  system?: string
  messages: readonly LlmMessage[]
  /** The user's own notes. A model reads them after the messages; the offline assembly is made of them. */
  notes?: readonly LlmNote[]
  maxOutputTokens: number
  /** 0 to 1; without it the vendor's own. */
  temperature?: number
  /** Asks for JSON that fits this JSON schema. The text may still be wrong: see `generateObject`. */
  schema?: { name: string; json: Record<string, unknown> }
  /** How long the whole answer may take. Default 120 s. */
  timeoutMs?: number
  /** How long a stream may be silent. Default 30 s. */
  idleMs?: number
  signal?: AbortSignal
}

/** As the vendor counted them; estimated where it did not say. */
export type LlmUsage = {
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  isEstimated: boolean
}

export type LlmResult = {
  text: string
  /** `length`: it was cut at `maxOutputTokens`. */
  finish: 'stop' | 'length'
  usage: LlmUsage
  /** The id that answered, as the vendor names it. */
  model: string
  /** What a person must be told about the text, such as `assembled from your notes`. */
  label?: string
}

/** What a vendor can do, and what it is. */
export type LlmAbilities = {
  /** Streams as it thinks; without it the text comes in one piece. */
  streams: boolean
  /** Is asked for JSON by schema; without it no objects can be had. */
  objects: boolean
  /** False for the offline assembly, which is no model. */
  isModel: boolean
}

/**
 * A vendor of text. Each call is one attempt: who wants more wraps it with `withRetries`. Failures are rows of
 * `llmErrors`; those after the first text carry `usage` in their detail, since vendors bill what was made.
 */
export type Llm = {
  name: string
  can: LlmAbilities
  generate(request: LlmRequest): Promise<LlmResult>
  /** Yields pieces of text, then returns the whole. Ending the iteration early cancels the call. */
  stream(request: LlmRequest): AsyncGenerator<string, LlmResult>
  /** A call that costs nothing or next to nothing; fails as a call would. */
  check(signal?: AbortSignal): Promise<void>
}
