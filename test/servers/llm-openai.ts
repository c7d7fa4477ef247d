import { type Say, sse } from './llm-say.ts'

const reasons = { stop: 'stop', length: 'length', refusal: 'content_filter' }

/** `POST /chat/completions` */
export function chatAnswer(say: Say, body: Record<string, unknown>): unknown {
  const message = { role: 'assistant', content: say.pieces.join('') }
  return {
    ...head(body, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: reasons[say.ending] }],
    usage: chatUsage(say),
  }
}

/** The same with `stream: true`. */
export function chatStream(say: Say, body: Record<string, unknown>): { type: string; chunks: Uint8Array[] } {
  const chunk = (more: object) => ({ data: { ...head(body, 'chat.completion.chunk'), ...more } })
  const choice = (delta: object, finish: string | null = null) =>
    chunk({ choices: [{ index: 0, delta, finish_reason: finish }] })
  const chunks = sse([
    choice({ role: 'assistant', content: '' }),
    ...say.pieces.map((content) => choice({ content })),
    choice({}, reasons[say.ending]),
    chunk({ choices: [], usage: chatUsage(say) }),
    { data: '[DONE]' },
  ])
  return { type: 'text/event-stream; charset=utf-8', chunks }
}

function head(body: Record<string, unknown>, object: string) {
  return { id: 'chat_1', object, created: 1_790_000_000, model: body['model'] }
}

function chatUsage(say: Say) {
  return {
    prompt_tokens: say.inputTokens,
    completion_tokens: say.outputTokens,
    total_tokens: say.inputTokens + say.outputTokens,
    prompt_tokens_details: { cached_tokens: say.cacheReadTokens },
  }
}

/** `POST /responses` */
export function responsesAnswer(say: Say, body: Record<string, unknown>): unknown {
  return responseOf(say, body)
}

/** The same with `stream: true`. */
export function responsesStream(
  say: Say,
  body: Record<string, unknown>,
): { type: string; chunks: Uint8Array[] } {
  const whole = responseOf(say, body)
  const item = { id: 'item_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] }
  const place = { item_id: 'item_1', output_index: 0, content_index: 0 }
  const start = { ...whole, status: 'in_progress', output: [], usage: null, incomplete_details: null }
  const list = [
    { type: 'response.created', response: start },
    { type: 'response.output_item.added', output_index: 0, item },
    ...say.pieces.map((delta) => ({ type: 'response.output_text.delta', ...place, delta })),
    { type: 'response.output_item.done', output_index: 0, item: { ...item, status: 'completed' } },
    { type: say.ending === 'stop' ? 'response.completed' : 'response.incomplete', response: whole },
  ]
  const chunks = sse(list.map((data, at) => ({ event: data.type, data: { ...data, sequence_number: at } })))
  return { type: 'text/event-stream', chunks }
}

function responseOf(say: Say, body: Record<string, unknown>) {
  const why = { stop: null, length: { reason: 'max_output_tokens' }, refusal: { reason: 'content_filter' } }
  const text = say.ending === 'refusal' ? '' : say.pieces.join('')
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_790_000_000,
    model: body['model'],
    status: say.ending === 'stop' ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: why[say.ending],
    output: [
      {
        id: 'item_1',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
    ],
    usage: {
      input_tokens: say.inputTokens,
      input_tokens_details: { cached_tokens: say.cacheReadTokens },
      output_tokens: say.outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: say.inputTokens + say.outputTokens,
    },
  }
}
