import { aiSdkLlm } from './ai-sdk-model.ts'
import { checkedFetch } from './checked-fetch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Llm } from './port.ts'
import { probe } from './probe.ts'

export type OpenAiOptions = { apiKey: string; baseUrl?: string; clock?: Clock }

/** OpenAI's own models, through its Responses API. */
export function openAiLlm({ apiKey, baseUrl = 'https://api.openai.com/v1', clock }: OpenAiOptions): Llm {
  const name = 'openai'
  return aiSdkLlm({
    name,
    ...(clock ? { clock } : {}),
    async model(id) {
      const { createOpenAI } = await import('@ai-sdk/openai')
      return createOpenAI({ apiKey, baseURL: baseUrl, fetch: checkedFetch })(id)
    },
    check: (signal) =>
      probe(name, `${baseUrl}/models`, { headers: { authorization: `Bearer ${apiKey}` }, signal }),
  })
}
