import { z } from 'zod'
import { callService, parseAnswer } from '../../platform/fetch/call-service.ts'
import { embedErrors } from './errors.ts'
import type { Embedder } from './port.ts'
import { readyVectors } from './ready-vectors.ts'

export type OpenAiEmbedOptions = {
  /** Up to and with `/v1`. */
  url: string
  apiKey?: string
  model: string
  timeoutMs?: number
  retryMs?: readonly number[]
}

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().int().min(0), embedding: z.array(z.number()).min(8) })),
  usage: z.object({ prompt_tokens: z.number().int().min(0) }).optional(),
})

/**
 * A server with OpenAI's `POST /embeddings`: OpenAI, Ollama, vLLM, LM Studio and others. How many numbers its vectors
 * have is found out by the first call.
 */
export async function openAiEmbed(options: OpenAiEmbedOptions): Promise<Embedder> {
  const { url, apiKey, model } = options
  const service = { failures: embedErrors, service: 'The embedding server' }
  const ask = async (input: readonly string[], signal?: AbortSignal) => {
    const { bytes } = await callService({
      ...service,
      url: `${url}/embeddings`,
      headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
      json: { model, input, encoding_format: 'float' },
      timeoutMs: options.timeoutMs,
      retryMs: options.retryMs,
      signal,
    })
    const answer = answerSchema.safeParse(parseAnswer(service, bytes))
    if (!answer.success)
      throw embedErrors.badAnswer('The embedding server gave no vectors.', { cause: answer.error })
    // The order of the rows is not promised; their index is.
    const rows = answer.data.data.toSorted((a, b) => a.index - b.index)
    return { vectors: rows.map(({ embedding }) => embedding), tokens: answer.data.usage?.prompt_tokens ?? 0 }
  }
  const dimensions = (await ask(['one'])).vectors[0]?.length ?? 0
  const isLocal = /^https?:\/\/(localhost|127\.|\[::1\])/.test(url)
  return {
    name: 'openai',
    space: `openai/${new URL(url).host}/${model}/${dimensions}`,
    dimensions,
    languages: 'many',
    ...(isLocal ? {} : { priceItem: `openai.${model}` }),
    isLocal,
    async embed({ texts, signal }) {
      const { vectors, tokens } = await ask(texts, signal)
      return { vectors: readyVectors(vectors, texts.length, dimensions), tokens }
    },
  }
}
