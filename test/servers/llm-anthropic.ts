import { type Say, sse } from './llm-say.ts'

const reasons = { stop: 'end_turn', length: 'max_tokens', refusal: 'refusal' }

/** `POST /v1/messages` */
export function anthropicAnswer(say: Say, body: Record<string, unknown>): unknown {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: body['model'],
    content: say.ending === 'refusal' ? [] : [{ type: 'text', text: say.pieces.join('') }],
    stop_reason: reasons[say.ending],
    stop_sequence: null,
    usage: usageOf(say),
  }
}

/** The same with `stream: true`. */
export function anthropicStream(
  say: Say,
  body: Record<string, unknown>,
): { type: string; chunks: Uint8Array[] } {
  const usage = usageOf(say)
  const event = (type: string, data: object) => ({ event: type, data: { type, ...data } })
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: body['model'], content: [] }
  const chunks = sse([
    event('message_start', {
      message: { ...message, stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } },
    }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...say.pieces.map((text) =>
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    ),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: reasons[say.ending], stop_sequence: null }, usage }),
    event('message_stop', {}),
  ])
  return { type: 'text/event-stream', chunks }
}

function usageOf(say: Say) {
  return {
    input_tokens: say.inputTokens - say.cacheReadTokens,
    cache_read_input_tokens: say.cacheReadTokens,
    cache_creation_input_tokens: 0,
    output_tokens: say.outputTokens,
  }
}
