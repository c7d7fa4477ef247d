/** What the server says: the text in pieces, how it ends, and how many tokens it claims. */
export type Say = {
  pieces: string[]
  ending: 'stop' | 'length' | 'refusal'
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
}

/** Server-sent events, each with its own chunk. */
export function sse(events: Array<{ event?: string; data: unknown }>): Uint8Array[] {
  return events.map(({ event, data }) =>
    Buffer.from(
      `${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`,
    ),
  )
}
