import { z } from 'zod'
import { callService, parseAnswer, type ServiceCall } from '../../platform/fetch/call-service.ts'
import { checkOrder } from './check-order.ts'
import { videoModelErrors } from './errors.ts'
import { gone, type HttpVideoOptions, ignoreGone, unknownUnlessRefused } from './order-failures.ts'
import type { FootageOrder, FootageState, VideoModel } from './port.ts'
import { saveFromUrl } from './save-footage.ts'

const service = { failures: videoModelErrors, service: 'Luma' }

const generationSchema = z.object({
  id: z.string().min(1),
  state: z.string(),
  output: z.array(z.object({ url: z.string().optional() })).nullish(),
  failure_reason: z.string().nullish(),
  failure_code: z.string().nullish(),
})

/** Ray 3.2 by Luma's agents API. Like Runway it knows no names of orders. */
export function luma(options: HttpVideoOptions): VideoModel {
  const call = (path: string, more: Partial<ServiceCall> = {}) =>
    callService({
      ...service,
      url: `${options.url}${path}`,
      headers: { authorization: `Bearer ${options.apiKey}` },
      timeoutMs: options.timeoutMs,
      retryMs: options.retryMs,
      ...more,
    })
  const read = (bytes: Buffer, badAnswer = videoModelErrors.badAnswer) => {
    const failures = { ...videoModelErrors, badAnswer }
    const generation = generationSchema.safeParse(parseAnswer({ ...service, failures }, bytes))
    if (!generation.success) throw badAnswer('Luma gave no generation.', { cause: generation.error })
    return generation.data
  }
  const generationOf = async (remoteId: string, signal?: AbortSignal) =>
    read((await call(`/generations/${encodeURIComponent(remoteId)}`, { signal }).catch(gone)).bytes)
  const model: VideoModel = {
    id: 'luma:ray-3.2',
    title: 'Luma Ray 3.2',
    can: {
      durationsMs: [5_000, 10_000],
      shapes: ['16:9', '9:16', '1:1'],
      sizes: ['540p', '720p', '1080p'],
      startImage: true,
      promptChars: 5_000,
      orderKeys: false,
    },
    priceItem: (size) => `luma.ray-3.2-${size}`,
    async order(input) {
      checkOrder(model, input)
      const sent = { json: bodyOf(input), signal: input.signal, retryMs: [] }
      const { bytes } = await call('/generations', sent).catch(unknownUnlessRefused)
      return { remoteId: read(bytes, videoModelErrors.unknownOutcome).id }
    },
    check: async (remoteId, signal) => stateOf(await generationOf(remoteId, signal)),
    async fetch(remoteId, path, signal) {
      const url = (await generationOf(remoteId, signal)).output?.[0]?.url
      if (!url) throw videoModelErrors.expired('Luma has no footage under this order.')
      await saveFromUrl(url, path, { allow: options.allow, signal })
    },
    async cancel(remoteId) {
      await call(`/generations/${encodeURIComponent(remoteId)}`, { method: 'DELETE' }).catch(ignoreGone)
    },
  }
  return model
}

function bodyOf({ prompt, shape, size, durationMs, startImage }: FootageOrder) {
  const frame = startImage && {
    data: startImage.bytes.toString('base64'),
    media_type: startImage.contentType,
  }
  return {
    model: 'ray-3.2',
    // Without a type it makes a picture.
    type: 'video',
    prompt: prompt.trim(),
    aspect_ratio: shape,
    video: { resolution: size, duration: `${durationMs / 1000}s`, ...(frame ? { start_frame: frame } : {}) },
  }
}

function stateOf(generation: z.infer<typeof generationSchema>): FootageState {
  const { state, failure_reason: reason, failure_code: code } = generation
  if (state === 'queued') return { kind: 'waiting' }
  if (state === 'completed') return { kind: 'done' }
  if (state !== 'failed') return { kind: 'running' }
  const because = reason ?? 'no reason was given'
  return {
    kind: 'failed',
    code: /moderat|safety|policy|content|invalid/i.test(`${code} ${reason}`) ? 'refused' : 'failed',
    because,
  }
}
