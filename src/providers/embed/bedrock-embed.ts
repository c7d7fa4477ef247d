import { BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime'
import { z } from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { embedErrors } from './errors.ts'
import type { Embedder, EmbedInput } from './port.ts'
import { readyVectors } from './ready-vectors.ts'

export type BedrockEmbedOptions = {
  region: string
  /** `amazon.titan-embed-text-v2:0` or a model of Cohere such as `cohere.embed-multilingual-v3`. */
  model: string
  /** A server of one's own that speaks Bedrock's protocol; for tests. */
  endpoint?: string
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  maxAttempts?: number
  timeoutMs?: number
}

const titanSchema = z.object({ embedding: z.array(z.number()), inputTextTokenCount: z.number().int().min(0) })
const cohereSchema = z.object({
  embeddings: z.union([z.array(z.array(z.number())), z.object({ float: z.array(z.array(z.number())) })]),
})

/** Cohere takes 96 texts a call. */
const cohereTexts = 96

/** Embedding models of Amazon Bedrock: Titan takes one text a call, Cohere many. Fails with `embed.noModel` for others. */
export function bedrockEmbed(options: BedrockEmbedOptions): Embedder & { close(): void } {
  const { region, model, endpoint, credentials, maxAttempts, timeoutMs = 30_000 } = options
  const family = /^(?:[a-z]{2,6}\.)?(amazon\.titan-embed-text|cohere\.embed)/.exec(model)?.[1]
  if (!family) throw embedErrors.noModel(`${model} is no embedding model of Bedrock that is known here.`)
  const client = new BedrockRuntimeClient({ region, endpoint, credentials, maxAttempts })
  const dimensions = family === 'cohere.embed' && model.includes('light') ? 384 : 1024

  async function invoke(body: unknown, signal?: AbortSignal) {
    const limit = AbortSignal.timeout(timeoutMs)
    const abortSignal = signal ? AbortSignal.any([signal, limit]) : limit
    const command = new InvokeModelCommand({
      modelId: model,
      contentType: 'application/json',
      accept: 'application/json',
      body: JSON.stringify(body),
    })
    try {
      const answer = await client.send(command, { abortSignal })
      return JSON.parse(Buffer.from(answer.body).toString('utf8')) as unknown
    } catch (cause) {
      signal?.throwIfAborted()
      throw rowFor(cause)
    }
  }

  async function titan({ texts, signal }: EmbedInput) {
    let tokens = 0
    const vectors: number[][] = []
    for (const inputText of texts) {
      const answer = titanSchema.safeParse(await invoke({ inputText, dimensions, normalize: true }, signal))
      if (!answer.success) throw embedErrors.badAnswer('Titan gave no vector.', { cause: answer.error })
      vectors.push(answer.data.embedding)
      tokens += answer.data.inputTextTokenCount
    }
    return { vectors: readyVectors(vectors, texts.length, dimensions), tokens }
  }

  async function cohere({ texts, purpose, signal }: EmbedInput) {
    const vectors: number[][] = []
    for (let at = 0; at < texts.length; at += cohereTexts) {
      const body = {
        texts: texts.slice(at, at + cohereTexts).map((text) => text.slice(0, 2_048)),
        input_type: purpose === 'query' ? 'search_query' : 'search_document',
      }
      const answer = cohereSchema.safeParse(await invoke(body, signal))
      if (!answer.success) throw embedErrors.badAnswer('Cohere gave no vectors.', { cause: answer.error })
      const { embeddings } = answer.data
      vectors.push(...(Array.isArray(embeddings) ? embeddings : embeddings.float))
    }
    // Cohere counts tokens in a header that the SDK keeps to itself; four letters are about one.
    const tokens = texts.reduce((sum, text) => sum + Math.ceil(Math.min(2_048, text.length) / 4), 0)
    return { vectors: readyVectors(vectors, texts.length, dimensions), tokens }
  }

  return {
    name: 'bedrock',
    space: `bedrock/${model}/${dimensions}`,
    dimensions,
    languages: 'many',
    priceItem: `aws.bedrock.${model}`,
    isLocal: false,
    embed: family === 'cohere.embed' ? cohere : titan,
    close: () => client.destroy(),
  }
}

function rowFor(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const name = cause instanceof Error ? cause.name : ''
  const words = cause instanceof Error ? cause.message : 'no words'
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  if (/Throttling|ServiceQuota|ModelNotReady/.test(name) || status === 429)
    return embedErrors.rateLimited(`Bedrock asks to wait: ${words}`, { cause })
  if (
    /AccessDenied|UnrecognizedClient|ExpiredToken|CredentialsProvider/.test(name) ||
    status === 401 ||
    status === 403
  )
    return embedErrors.notAllowed(`Bedrock does not accept the credentials: ${words}`, { cause })
  if (/Validation|ResourceNotFound|ModelError/.test(name))
    return embedErrors.refused(`Bedrock refused: ${words}`, { cause })
  if (cause instanceof SyntaxError)
    return embedErrors.badAnswer('Bedrock gave an answer that cannot be read.', { cause })
  return embedErrors.unavailable(`Bedrock did not answer: ${name || words}.`, { cause })
}
