import { aiSdkLlm } from './ai-sdk-model.ts'
import { checkedFetch } from './checked-fetch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Llm } from './port.ts'
import { probe } from './probe.ts'

export type CompatibleOptions = { baseUrl: string; apiKey?: string; name?: string; clock?: Clock }

/** Any server that speaks OpenAI's chat completions: Ollama, llama-server, vLLM, LM Studio and many hosts. */
export function compatibleLlm({ baseUrl, apiKey, name = 'compatible', clock }: CompatibleOptions): Llm {
  const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {}
  return aiSdkLlm({
    name,
    ...(clock ? { clock } : {}),
    async model(id) {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      return createOpenAICompatible({
        name,
        baseURL: baseUrl,
        headers,
        includeUsage: true,
        supportsStructuredOutputs: true,
        fetch: checkedFetch,
      })(id)
    },
    check: (signal) => probe(name, `${baseUrl}/models`, { headers, signal }),
  })
}

/** The models such a server offers, or undefined when nobody answers there within the time. */
export async function findCompatibleModels(
  baseUrl: string,
  options: { apiKey?: string; timeoutMs?: number } = {},
): Promise<string[] | undefined> {
  try {
    const answer = await fetch(`${baseUrl}/models`, {
      headers: options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : {},
      signal: AbortSignal.timeout(options.timeoutMs ?? 1_000),
    })
    if (!answer.ok) return undefined
    const { data } = (await answer.json()) as { data?: Array<{ id?: unknown }> }
    return (data ?? []).map(({ id }) => String(id)).slice(0, 200)
  } catch {
    // Nobody listens, or something else does: either way there is no such server.
    return undefined
  }
}
