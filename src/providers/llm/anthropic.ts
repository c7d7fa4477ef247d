import { aiSdkLlm } from './ai-sdk-model.ts'
import { checkedFetch } from './checked-fetch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Llm } from './port.ts'
import { probe } from './probe.ts'

export type AnthropicOptions = { apiKey: string; baseUrl?: string; clock?: Clock }

/** Claude through Anthropic's own API. */
export function anthropicLlm({
  apiKey,
  baseUrl = 'https://api.anthropic.com/v1',
  clock,
}: AnthropicOptions): Llm {
  const name = 'anthropic'
  return aiSdkLlm({
    name,
    ...(clock ? { clock } : {}),
    async model(id) {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      return createAnthropic({ apiKey, baseURL: baseUrl, fetch: checkedFetch })(id)
    },
    check: (signal) =>
      probe(name, `${baseUrl}/models?limit=1`, {
        headers: { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' },
        signal,
      }),
  })
}
