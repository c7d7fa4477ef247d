import { crc32 } from 'node:zlib'
import type { Say } from './llm-say.ts'

const reasons = { stop: 'end_turn', length: 'max_tokens', refusal: 'content_filtered' }

/** `POST /model/{id}/converse` */
export function bedrockAnswer(say: Say): unknown {
  const text = say.ending === 'refusal' ? '' : say.pieces.join('')
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: reasons[say.ending],
    usage: usageOf(say),
    metrics: { latencyMs: 5 },
  }
}

/** `POST /model/{id}/converse-stream`: AWS event stream frames. */
export function bedrockStream(say: Say): { type: string; chunks: Uint8Array[] } {
  const chunks = [
    frame('messageStart', { role: 'assistant' }),
    ...say.pieces.map((text) => frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text } })),
    frame('contentBlockStop', { contentBlockIndex: 0 }),
    frame('messageStop', { stopReason: reasons[say.ending] }),
    frame('metadata', { usage: usageOf(say), metrics: { latencyMs: 5 } }),
  ]
  return { type: 'application/vnd.amazon.eventstream', chunks }
}

function usageOf(say: Say) {
  return {
    inputTokens: say.inputTokens - say.cacheReadTokens,
    outputTokens: say.outputTokens,
    totalTokens: say.inputTokens + say.outputTokens,
    cacheReadInputTokens: say.cacheReadTokens,
    cacheWriteInputTokens: 0,
  }
}

/** One frame: lengths and their checksum, headers, JSON, checksum of all. Every header value is a string (type 7). */
export function frame(event: string, payload: object, messageType = 'event'): Uint8Array {
  const names = { ':message-type': messageType, ':event-type': event, ':content-type': 'application/json' }
  const headers = Buffer.concat(
    Object.entries(names).map(([name, value]) => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(Buffer.byteLength(value))
      return Buffer.concat([
        Buffer.from([name.length]),
        Buffer.from(name),
        Buffer.from([7]),
        length,
        Buffer.from(value),
      ])
    }),
  )
  const body = Buffer.from(JSON.stringify(payload))
  const prelude = Buffer.alloc(8)
  prelude.writeUInt32BE(16 + headers.length + body.length, 0)
  prelude.writeUInt32BE(headers.length, 4)
  const withoutEnd = Buffer.concat([prelude, checksum(prelude), headers, body])
  return Buffer.concat([withoutEnd, checksum(withoutEnd)])
}

function checksum(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum
}
